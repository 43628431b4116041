import { pino, type Logger } from 'pino'
import { systemClock, type Clock } from '../../std/clock.ts'
import type { Log, LogFields } from '../../std/log.ts'
import { prettyLines } from './pretty.ts'
import { redact } from '../../std/redact.ts'
import { openStdout, type Destination } from './stdout.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'

export interface LogOptions {
  /** Default `info`. */
  level?: LogLevel
  /** In every line, for example `{ service, version }`. */
  base?: LogFields
  clock?: Clock
  /** Default: `pretty` when stdout is a terminal, `json` otherwise and whenever `destination` is given. */
  format?: 'json' | 'pretty'
  /** Default: stdout, written once a turn of the event loop and at exit. */
  destination?: Destination
}

export interface RootLog extends Log {
  /** May be changed while running; children follow. */
  level: LogLevel
  /** Writes what is buffered before it returns. */
  flush(): void
}

const severity: Record<LogLevel, number> = { debug: 20, info: 30, warn: 40, error: 50, fatal: 60, silent: Infinity }

/** What a log and all its children share. */
interface Shared {
  level: LogLevel
  least: number
  readonly destination: Destination
}

/**
 * The log of a process: one JSON line an event, on stdout.
 *
 * Values under keys that look secret, `Secret`s and credentials in URLs are replaced at any depth; what is thrown is
 * written with stack and causes; a line holds at most some hundred values of some kilobytes.
 *
 * ```ts
 * import { openLog } from 'throughline/log'
 *
 * const log = openLog({ level: 'debug', base: { service: 'orders' } })
 * log.info('order placed', { orderId: '0190…', cents: 4_200 })
 * log.flush()
 * ```
 */
export function openLog(options: LogOptions = {}): RootLog {
  const { level = 'info', base = {}, clock = systemClock, format } = options
  const sink = options.destination ?? openStdout()
  const pretty = format === undefined ? options.destination === undefined && process.stdout.isTTY : format === 'pretty'
  const destination = pretty ? prettyLines(sink, process.stdout.isTTY && process.stdout.hasColors()) : sink
  const lines = pino(
    { level: 'debug', base: redact(base), timestamp: timestamps(clock), formatters: { level: (label) => ({ level: label }) } },
    destination,
  )
  return new PinoLog({ shared: { level, least: severity[level], destination }, lines })
}

interface Parts {
  shared: Shared
  lines: Logger
  /** Not yet given to pino: a child that never writes costs one object. */
  fields?: LogFields
}

class PinoLog implements RootLog {
  readonly #shared: Shared
  #lines: Logger
  #fields: LogFields | undefined

  constructor({ shared, lines, fields }: Parts) {
    this.#shared = shared
    this.#lines = lines
    this.#fields = fields
  }

  get level(): LogLevel {
    return this.#shared.level
  }

  set level(level: LogLevel) {
    this.#shared.level = level
    this.#shared.least = severity[level]
  }

  debug(event: string, fields?: LogFields): void {
    if (this.#shared.least <= 20) this.#bound().debug(fields && redact(fields), event)
  }

  info(event: string, fields?: LogFields): void {
    if (this.#shared.least <= 30) this.#bound().info(fields && redact(fields), event)
  }

  warn(event: string, fields?: LogFields): void {
    if (this.#shared.least <= 40) this.#bound().warn(fields && redact(fields), event)
  }

  error(event: string, fields?: LogFields): void {
    if (this.#shared.least <= 50) this.#bound().error(fields && redact(fields), event)
  }

  fatal(event: string, fields?: LogFields): void {
    if (this.#shared.least > 60) return
    this.#bound().fatal(fields && redact(fields), event)
    this.flush()
  }

  child(fields: LogFields): RootLog {
    return new PinoLog({ shared: this.#shared, lines: this.#bound(), fields })
  }

  flush(): void {
    this.#shared.destination.flush?.()
  }

  #bound(): Logger {
    if (this.#fields !== undefined) {
      this.#lines = this.#lines.child(redact(this.#fields))
      this.#fields = undefined
    }
    return this.#lines
  }
}

/** ISO 8601, made once a millisecond: at full load many lines share it. */
function timestamps(clock: Clock): () => string {
  let last = NaN
  let text = ''
  return () => {
    const now = clock.now().getTime()
    if (now !== last) {
      last = now
      text = `,"time":"${new Date(now).toISOString()}"`
    }
    return text
  }
}
