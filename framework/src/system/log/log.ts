import { pino, type Logger } from 'pino'
import { ambient } from '../../std/ambient.ts'
import { systemClock, type Clock } from '../../std/clock.ts'
import type { Log, LogFields, LogSubject, PreparedLine } from '../../std/log.ts'
import { redact } from '../../std/redact.ts'
import { standardRedaction, type Redaction } from '../../std/redaction.ts'
import { Flood, type FloodOptions } from './flood.ts'
import { Levels, type LevelChange, type LevelInForce, type LogLevel } from './levels.ts'
import { preparedLine } from './prepared.ts'
import { prettyLines } from './pretty.ts'
import { openLogFile, type LogFileOptions } from './log-file.ts'
import { openStdout, type Destination, type WhenFull } from './stdout.ts'

export interface LogOptions {
  /** Default `info`. */
  level?: LogLevel
  /** In every line, for example `{ service, version, instance }`. */
  base?: LogFields
  clock?: Clock
  /** Default: `pretty` when stdout is a terminal, `json` otherwise and whenever `destination` is given. */
  format?: 'json' | 'pretty'
  /** Default: stdout, written once a turn of the event loop and at exit. */
  destination?: Destination
  /** In place of stdout: a file that is put away, compressed and removed by these rules. Where stdout is used, the platform does that. */
  file?: LogFileOptions | undefined
  /** What happens to lines while nobody reads stdout. Default `block`: the process waits. */
  whenFull?: WhenFull
  /** What is hidden. Default: secrets, by name and by how they look. */
  redaction?: Redaction
  /** How often the same warning or error is written before it is only counted. `false`: always. */
  flood?: FloodOptions | false
}

export interface RootLog extends Log {
  /** May be changed while running; children follow. */
  level: LogLevel
  /** Another level for a while, of a module or of one user's requests if it says so. The function that it gives back ends it early. */
  change(change: LevelChange): () => void
  /** The changes that are in force. */
  readonly changes: readonly LevelInForce[]
  /** Tells `told` of every line that is to be written, those that floods are counted for as well. It must not throw. */
  watch(told: (level: LogLevel) => void): void
  /** Writes what is buffered before it returns. */
  flush(): void
  /** Opens its file again, where it has one: somebody may have moved it away. */
  reopen(): void
  /** Called with every line as it is written, until the returned function is called. */
  tap(listener: (line: string) => void): () => void
}

type WrittenLevel = Exclude<LogLevel, 'silent'>

/** What a log and all its children share. */
interface Shared {
  readonly taps: Set<(line: string) => void>
  readonly levels: Levels
  readonly flood: Flood | undefined
  readonly redaction: Redaction
  readonly destination: Destination
  readonly timestamp: () => string
  told: ((level: LogLevel) => void) | undefined
}

/**
 * The log of a process: one JSON line an event, on stdout.
 *
 * Values under keys that look secret, values that look secret themselves, `Secret`s and credentials in URLs are replaced at any depth; what is thrown
 * is written with stack and causes; a line holds at most some hundred values of some kilobytes.
 *
 * ```ts
 * import { openLog } from 'throughline/log'
 *
 * const log = openLog({ level: 'info', base: { service: 'orders' } })
 * log.info('order placed', { orderId: '0190…', cents: 4_200 })
 * log.change({ level: 'debug', forMs: 300_000, userId: '0190…' })
 * log.flush()
 * ```
 */
export function openLog(options: LogOptions = {}): RootLog {
  const { level = 'info', base = {}, clock = systemClock, redaction = standardRedaction, flood = {} } = options
  const needs = { clock, onLost: (count: number) => lines.warn({ lines: count }, 'log lines lost') }
  const taps = new Set<(line: string) => void>()
  const destination = tapped(openDestination(options, needs), taps)
  const timestamp = timestamps(clock)
  const lines = pino(
    { level: 'debug', base: redact(base, redaction), timestamp, formatters: { level: (label) => ({ level: label }) } },
    destination,
  )
  const limits =
    flood === false ? undefined : new Flood(flood, { clock, write: (of, event, fields) => lines[of as WrittenLevel](fields, event) })
  const log = new PinoLog({
    shared: { taps, levels: new Levels(level, clock), flood: limits, redaction, destination, timestamp, told: undefined },
    lines,
  })
  if (options.destination === undefined) process.on('exit', () => log.flush())
  return log
}

function tapped(destination: Destination, taps: ReadonlySet<(line: string) => void>): Destination {
  return {
    write(line) {
      destination.write(line)
      for (const tap of taps) tap(line)
    },
    flush: () => destination.flush?.(),
    reopen: () => destination.reopen?.(),
  }
}

function openDestination(options: LogOptions, needs: { clock: Clock; onLost: (lines: number) => void }): Destination {
  const { format, destination, file, whenFull } = options
  if (destination !== undefined) return format === 'pretty' ? prettyLines(destination, false) : destination
  if (file !== undefined) return format === 'pretty' ? prettyLines(openLogFile(file, needs), false) : openLogFile(file, needs)
  const stdout = openStdout({ ...(whenFull && { whenFull }), onLost: needs.onLost })
  const pretty = format === undefined ? process.stdout.isTTY : format === 'pretty'
  return pretty ? prettyLines(stdout, process.stdout.isTTY && process.stdout.hasColors()) : stdout
}

interface Parts {
  shared: Shared
  lines: Logger
  /** Not yet given to pino: a child that never writes costs one object. */
  fields?: LogFields
  module?: string | undefined
  of?: LogSubject | undefined
  /** Its lines say already which request they belong to. */
  named?: boolean
}

class PinoLog implements RootLog {
  readonly #shared: Shared
  readonly #module: string | undefined
  readonly #of: LogSubject | undefined
  readonly #named: boolean
  #lines: Logger
  #fields: LogFields | undefined

  constructor({ shared, lines, fields, module, of, named = false }: Parts) {
    this.#shared = shared
    this.#lines = lines
    this.#fields = fields
    this.#module = module
    this.#of = of
    this.#named = named
  }

  get level(): LogLevel {
    return this.#shared.levels.level
  }

  set level(level: LogLevel) {
    this.#shared.levels.level = level
  }

  get changes(): readonly LevelInForce[] {
    return this.#shared.levels.inForce
  }

  tap(listener: (line: string) => void): () => void {
    this.#shared.taps.add(listener)
    return () => this.#shared.taps.delete(listener)
  }

  change(change: LevelChange): () => void {
    return this.#shared.levels.change(change)
  }

  debug(event: string, fields?: LogFields, of?: LogSubject): void {
    if (this.#may(20, of)) this.#write('debug', event, this.#told(fields, of))
  }

  info(event: string, fields?: LogFields, of?: LogSubject): void {
    if (this.#may(30, of)) this.#write('info', event, this.#told(fields, of))
  }

  warn(event: string, fields?: LogFields, of?: LogSubject): void {
    if (this.#may(40, of)) this.#write('warn', event, this.#told(fields, of))
  }

  error(event: string, fields?: LogFields, of?: LogSubject): void {
    if (this.#may(50, of)) this.#write('error', event, this.#told(fields, of))
  }

  fatal(event: string, fields?: LogFields, of?: LogSubject): void {
    if (!this.#may(60, of)) return
    this.#write('fatal', event, this.#told(fields, of))
    this.flush()
  }

  child(fields: LogFields, of: LogSubject | undefined = this.#of): RootLog {
    const module = typeof fields['module'] === 'string' ? fields['module'] : this.#module
    const named = this.#named || 'requestId' in fields
    return new PinoLog({ shared: this.#shared, lines: this.#bound(), fields, module, of, named })
  }

  prepare(event: string, names: readonly string[]): PreparedLine {
    const admits = (of: LogSubject) => {
      if (!this.#may(30, of)) return false
      this.#shared.told?.('info')
      return true
    }
    return preparedLine(event, names, { ...this.#shared, lines: this.#bound(), admits })
  }

  watch(told: (level: LogLevel) => void): void {
    this.#shared.told = told
  }

  flush(): void {
    this.#shared.flood?.settle()
    this.#shared.destination.flush?.()
  }

  reopen(): void {
    this.#shared.destination.reopen?.()
  }

  #may(least: number, of: LogSubject | undefined): boolean {
    const { levels } = this.#shared
    return least >= levels.gate && (!levels.changed || least >= levels.leastFor(this.#module, of ?? this.#of))
  }

  /** The fields of a line and, where its log does not say so already, the request that it belongs to. */
  #told(fields: LogFields | undefined, of: LogSubject | undefined): LogFields | undefined {
    const request = this.#named ? undefined : (of ?? this.#of ?? ambient.get())
    if (request === undefined) return fields
    return { requestId: request.id, ...fields, traceId: request.trace?.traceId, spanId: request.spanId }
  }

  #write(level: WrittenLevel, event: string, fields: LogFields | undefined): void {
    const { flood, redaction, told } = this.#shared
    told?.(level)
    if (flood?.admits(level, event, fields) === false) return
    this.#bound()[level](fields && redact(fields, redaction), event)
  }

  #bound(): Logger {
    if (this.#fields !== undefined) {
      this.#lines = this.#lines.child(redact(this.#fields, this.#shared.redaction))
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
