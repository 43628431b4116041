export type { Resolve } from './connector.ts'
export { outbound, Outbound, type OutboundInit, type OutboundOptions } from './fetch.ts'
