export { openLog, type LogLevel, type LogOptions, type RootLog } from './log.ts'
export type { Destination } from './stdout.ts'
