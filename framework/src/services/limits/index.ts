export type { Lease, LimitsDriver, LimitsDriverNeeds, OpenLimitsDriver, StoredLimit, Verdict } from './driver.ts'
export { limits, type Held, type Limits, type LimitsOptions, type NamedLimit } from './limits.ts'
export { limitsMigrations } from './migrations.ts'
