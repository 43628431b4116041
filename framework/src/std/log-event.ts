import type { Log, LogFields } from './log.ts'

export type EventLevel = 'debug' | 'info' | 'warn' | 'error' | 'fatal'

/** An event that an application writes to its log. */
export interface LogEvent<Fields extends LogFields = LogFields> {
  (log: Log, fields: Fields): void
  readonly event: string
  readonly level: EventLevel
  readonly means: string
}

/**
 * Declares an event once, so that nobody can write it with another name, another level or other fields.
 * `application({ events })` lists it for `throughline events`.
 *
 * The level says who has to care: `debug` developers who look for something, `info` nobody, `warn` somebody this week, `error` somebody today,
 * `fatal` somebody now. Default `info`.
 *
 * ```ts
 * import { logEvent, silentLog } from 'throughline/std'
 *
 * export const orderPlaced = logEvent<{ orderId: string; cents: number }>('order placed', { means: 'A customer has ordered.' })
 *
 * orderPlaced(silentLog, { orderId: '0190…', cents: 4_200 })
 * ```
 */
export function logEvent<Fields extends LogFields = Readonly<Record<string, never>>>(
  event: string,
  { level = 'info', means }: { level?: EventLevel; means: string },
): LogEvent<Fields> {
  const write = (log: Log, fields: Fields): void => log[level](event, fields)
  return Object.freeze(Object.assign(write, { event, level, means }))
}
