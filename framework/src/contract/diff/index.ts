export type { Change, Effect, Rule } from './change.ts'
export { compareContracts } from './diff.ts'
