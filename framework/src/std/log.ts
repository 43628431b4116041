/** What code may write to the log. `system/log` implements it on pino; tests collect the lines. */
export interface Log {
  debug(event: string, fields?: LogFields): void
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  /** Put what was thrown under `error`: it is written with its stack and causes. */
  error(event: string, fields?: LogFields): void
  fatal(event: string, fields?: LogFields): void
  child(fields: LogFields): Log
}

export type LogFields = Readonly<Record<string, unknown>>

export const silentLog: Log = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  fatal() {},
  child: () => silentLog,
}
