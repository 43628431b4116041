import { ambient } from '../../std/ambient.ts'
import type { Clock } from '../../std/clock.ts'
import type { LogSubject } from '../../std/log.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'

/** Another level for a while: of everything, of one module, or of one user's requests. */
export interface LevelChange {
  readonly level: LogLevel
  /** Milliseconds, at most a day: whoever forgets a change has not changed it for ever. */
  readonly forMs: number
  /** What `log.child({ module })` named, and those below it: `db` is also `db.pool`. */
  readonly module?: string | undefined
  /** Only lines of requests that this actor makes. */
  readonly userId?: string | undefined
}

/** A change that is in force. */
export interface LevelInForce extends LevelChange {
  /** When it ends. */
  readonly until: Date
}

export const severity: Record<LogLevel, number> = { debug: 20, info: 30, warn: 40, error: 50, fatal: 60, silent: Infinity }

const day = 86_400_000

/** Which lines are written. One comparison a line, unless something was changed for a while. */
export class Levels {
  #level: LogLevel
  readonly #clock: Clock
  readonly #inForce = new Map<string, LevelInForce>()
  readonly #timers = new Map<string, () => void>()
  /** The least severe lines that anybody may write: below it nothing has to be looked at. */
  gate: number
  /** Whether a line beyond the gate has to be looked at. */
  changed = false

  constructor(level: LogLevel, clock: Clock) {
    this.#level = level
    this.#clock = clock
    this.gate = severity[level]
  }

  get level(): LogLevel {
    return this.#level
  }

  set level(level: LogLevel) {
    this.#level = level
    this.#settle()
  }

  change(change: LevelChange): () => void {
    const { level, forMs, module, userId } = change
    if (!Object.hasOwn(severity, level))
      throw new RangeError(`There is no level "${level}": choose one of ${Object.keys(severity).join(', ')}.`)
    if (!(forMs > 0 && forMs <= day)) throw new RangeError(`A level is changed for 1 to ${day} ms, not for ${forMs}.`)
    const key = JSON.stringify([module, userId])
    this.#timers.get(key)?.()
    const end = () => {
      if (this.#inForce.get(key) !== entry) return
      this.#inForce.delete(key)
      this.#timers.delete(key)
      this.#settle()
    }
    const cancel = this.#clock.after(forMs, end)
    const entry = { ...change, until: new Date(this.#clock.now().getTime() + forMs) }
    this.#inForce.set(key, entry)
    this.#timers.set(key, cancel)
    this.#settle()
    return () => {
      cancel()
      end()
    }
  }

  get inForce(): readonly LevelInForce[] {
    return [...this.#inForce.values()]
  }

  /** The change that says most about a line decides: the user's before the module's, the module's before that of everything. */
  leastFor(module: string | undefined, of: LogSubject | undefined): number {
    let found = { level: this.#level, weight: -1 }
    let userId: string | undefined
    for (const change of this.#inForce.values()) {
      if (change.userId !== undefined && change.userId !== (userId ??= (of ?? ambient.get())?.actor?.id)) continue
      if (change.module !== undefined && !isWithin(module, change.module)) continue
      const weight = (change.userId === undefined ? 0 : 1_000) + (change.module?.length ?? 0)
      if (weight > found.weight) found = { level: change.level, weight }
    }
    return severity[found.level]
  }

  #settle(): void {
    this.changed = this.#inForce.size > 0
    this.gate = Math.min(severity[this.#level], ...[...this.#inForce.values()].map(({ level }) => severity[level]))
  }
}

function isWithin(module: string | undefined, name: string): boolean {
  return module !== undefined && (module === name || module.startsWith(`${name}.`))
}
