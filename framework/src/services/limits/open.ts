import { BootError } from '../../std/errors.ts'
import type { LimitsDriver, LimitsDriverNeeds, OpenLimitsDriver } from './driver.ts'

const drivers: Record<string, () => Promise<OpenLimitsDriver>> = {
  'memory:': async () => (await import('./drivers/memory.ts')).open,
  'db:': async () => (await import('./drivers/db.ts')).open,
}

/** Loads the driver of the URL's scheme, and nothing of the others. */
export async function openLimitsDriver(url: URL, needs: LimitsDriverNeeds): Promise<LimitsDriver> {
  const load = Object.hasOwn(drivers, url.protocol) ? drivers[url.protocol] : undefined
  if (load === undefined) {
    throw new BootError('driver-unknown', `No store of rate limits for "${url.protocol}". Known ones: ${Object.keys(drivers).join(' ')}`)
  }
  return (await load())(url, needs)
}
