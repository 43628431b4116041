import type { Clock } from '../../std/clock.ts'
import type { LogFields } from '../../std/log.ts'
import type { LogLevel } from './levels.ts'

export interface FloodOptions {
  /** Lines of one kind that are written in each window. Default 100. */
  burst?: number
  /** Milliseconds. Default 10,000. */
  window?: number
}

interface Kind {
  readonly level: LogLevel
  readonly event: string
  readonly code: string | undefined
  lines: number
  readonly began: number
}

type Write = (level: LogLevel, event: string, fields: LogFields) => void

const mostKinds = 1_000
/** One line a request is what these are for. */
const exempt = 'request'

/**
 * Keeps one failure that happens ten thousand times from hiding all others: beyond the burst lines of one kind are counted, and the count is written
 * when the window ends. A kind is level, event and error code. Only warnings and errors are counted: what informs is wanted, every line of it, and so is the access log.
 */
export class Flood {
  readonly #clock: Clock
  readonly #burst: number
  readonly #window: number
  readonly #write: Write
  readonly #kinds = new Map<string, Kind>()

  constructor({ burst = 100, window = 10_000 }: FloodOptions, needs: { clock: Clock; write: Write }) {
    this.#burst = burst
    this.#window = window
    this.#clock = needs.clock
    this.#write = needs.write
  }

  /** Whether a line is to be written now. */
  admits(level: LogLevel, event: string, fields: LogFields | undefined): boolean {
    if ((level !== 'warn' && level !== 'error') || event === exempt) return true
    const code = codeOf(fields)
    const key = `${level} ${event} ${code ?? ''}`
    let kind = this.#kinds.get(key)
    if (kind === undefined) {
      if (this.#kinds.size >= mostKinds) return true
      this.#kinds.set(key, (kind = { level, event, code, lines: 0, began: this.#clock.monotonic() }))
      this.#clock.after(this.#window, () => this.#close(key))
    }
    return ++kind.lines <= this.#burst
  }

  /** Writes what was counted so far: nobody will be told later. */
  settle(): void {
    for (const key of this.#kinds.keys()) this.#close(key)
  }

  #close(key: string): void {
    const kind = this.#kinds.get(key)
    this.#kinds.delete(key)
    const times = (kind?.lines ?? 0) - this.#burst
    if (kind === undefined || times <= 0) return
    const { level, event, code, began } = kind
    const overMs = Math.round(this.#clock.monotonic() - began)
    this.#write(level, 'message repeated', { event, ...(code !== undefined && { code }), times, overMs })
  }
}

/** The codes of a failure and of what caused it: two databases that are away for different reasons are two messages. */
function codeOf(fields: LogFields | undefined): string | undefined {
  if (fields === undefined) return undefined
  if (typeof fields['code'] === 'string') return fields['code']
  let error = fields['error']
  const codes: string[] = []
  while (error instanceof Error && codes.length < 3) {
    codes.push('code' in error && typeof error.code === 'string' ? error.code : error.constructor.name)
    error = error.cause
  }
  return codes.length === 0 ? undefined : codes.join(' < ')
}
