import type { Actor } from './actor.ts'

/** What code may write to the log. `system/log` implements it on pino; tests collect the lines. */
export interface Log {
  debug(event: string, fields?: LogFields, of?: LogSubject): void
  info(event: string, fields?: LogFields, of?: LogSubject): void
  warn(event: string, fields?: LogFields, of?: LogSubject): void
  /** Put what was thrown under `error`: it is written with its stack and causes. */
  error(event: string, fields?: LogFields, of?: LogSubject): void
  fatal(event: string, fields?: LogFields, of?: LogSubject): void
  /** `module` among the fields names a part whose level can be changed on its own; `of`: whose lines these are. */
  child(fields: LogFields, of?: LogSubject): Log
  /** A writer of many lines of one kind; see `PreparedLine`. Absent from logs that keep fields as they are. */
  prepare?(event: string, names: readonly string[]): PreparedLine
}

/**
 * Writes an `info` line whose members have `names`, at a fraction of what `info` costs: nobody looks for secrets again.
 *
 * `members` is JSON, `"requestId":"…","status":200`. The request's ids must be among them. False, and nothing is written,
 * where one of the names is hidden: then `info` knows what to do.
 */
export type PreparedLine = (members: string, of: LogSubject) => boolean

export type LogFields = Readonly<Record<string, unknown>>

/** Whose line it is: the ids that it gets, and whether its user is being watched. Default: the request that is being served, where there is one. */
export interface LogSubject {
  readonly id: string
  readonly actor?: Actor | undefined
  readonly trace?: { readonly traceId: string } | undefined
  readonly spanId?: string | undefined
}

export const silentLog: Log = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  fatal() {},
  child: () => silentLog,
}
