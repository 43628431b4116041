import type { Clock } from '../../std/clock.ts'
import type { Log, LogFields } from '../../std/log.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'
export interface LogOptions {
  level?: LogLevel
  /** In every line, for example `{ service, version }`. */
  base?: LogFields
  clock?: Clock
  /** Default: `pretty` when stdout is a terminal, `json` otherwise and whenever `destination` is given. */
  format?: 'json' | 'pretty'
  /** Gets whole lines, newline included. Default: stdout, buffered. */
  destination?: { write(line: string): void }
}
export interface RootLog extends Log {
  /** May be changed while running; children follow. */
  level: LogLevel
  /** Writes what is buffered before it returns. */
  flush(): void
}
export declare function openLog(options?: LogOptions): RootLog
