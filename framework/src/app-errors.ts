import { join } from 'node:path'
import type { Site } from './http/stage.ts'
import type { ServerTree } from './application.ts'
import type { ValuesOf } from './system/config/index.ts'
import { ErrorGroups, type ErrorGroupsOptions } from './system/errors/index.ts'
import type { Recorder } from './system/trace/index.ts'

type ErrorSettings = Pick<ValuesOf<ServerTree>, 'mode' | 'dataDir'>

/** What failed, in groups, kept in the data folder. Tests fail on purpose, and leave nothing behind. */
export function openErrors({ mode, dataDir }: ErrorSettings, recorder: Recorder, needs: Omit<ErrorGroupsOptions, 'folder'>): ErrorGroups {
  const errors = new ErrorGroups({ ...needs, folder: mode === 'test' ? undefined : join(dataDir, 'telemetry') })
  recorder.listen((operation) => errors.add(operation))
  return errors
}

/** The page in place of a failure's document, which only developers see: `load` it before the port is open. */
export function errorPages(): { load(): Promise<void>; page: NonNullable<Site['errorPage']> } {
  let page: Site['errorPage']
  return {
    async load() {
      page = (await import('./tools/error-page/error-page.ts')).errorPage
    },
    page: (...failure) => page?.(...failure),
  }
}
