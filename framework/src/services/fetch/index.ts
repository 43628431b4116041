export type { Resolve } from './connector.ts'
export type { Dependencies } from './guarded.ts'
export { outbound, Outbound, type OutboundInit, type OutboundOptions } from './fetch.ts'
