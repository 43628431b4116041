import { BootError } from '../../std/errors.ts'
import type { DbDriver, DbDriverNeeds, OpenDbDriver } from './driver.ts'

const drivers: Record<string, () => Promise<OpenDbDriver>> = {
  'pglite:': async () => (await import('./drivers/pglite.ts')).open,
  'postgres:': async () => (await import('./drivers/postgres.ts')).open,
  'postgresql:': async () => (await import('./drivers/postgres.ts')).open,
  'embedded-postgres:': async () => (await import('./drivers/embedded-postgres.ts')).open,
}

/** Loads the driver of the URL's scheme, and nothing of the others. */
export async function openDriver(url: URL, needs: DbDriverNeeds): Promise<DbDriver> {
  const load = Object.hasOwn(drivers, url.protocol) ? drivers[url.protocol] : undefined
  if (load === undefined) {
    throw new BootError('driver-unknown', `No database driver for "${url.protocol}". Known ones: ${Object.keys(drivers).join(' ')}`)
  }
  return (await load())(url, needs)
}

/** The database of a folder that another process has open, through that process. Undefined when nobody has, or when it is a server anyway. */
export async function attachDriver(url: URL): Promise<DbDriver | undefined> {
  return url.protocol === 'pglite:' ? (await import('./drivers/pglite.ts')).attach(url) : undefined
}
