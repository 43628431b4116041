export { openLog, type LogOptions, type RootLog } from './log.ts'
export type { FloodOptions } from './flood.ts'
export type { LevelChange, LevelInForce, LogLevel } from './levels.ts'
export type { Destination } from './stdout.ts'
