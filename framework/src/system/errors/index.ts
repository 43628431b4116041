export { ErrorGroups, type ErrorGroupsOptions } from './errors.ts'
export type { ErrorGroup, ErrorState } from './error-group.ts'
