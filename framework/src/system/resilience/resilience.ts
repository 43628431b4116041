import type { Clock } from '../../std/clock.ts'
import type { Log } from '../../std/log.ts'
import type { Meter } from '../../std/meter.ts'
import type { BreakerState } from './breaker.ts'
import { Dependency } from './dependency.ts'
import { Instruments, type DependencyInstruments } from './instruments.ts'
import { codeOf } from './judge.ts'
import type { Policy } from './policy.ts'
import type { DependencyReport } from './report.ts'

export interface ResilienceOptions {
  clock: Clock
  log: Log
  meter: Meter
  /** Between 0 and 1, for pauses. Default `Math.random`. */
  random?: () => number
}

/**
 * Everything outside that this process depends on, with what protects from it, in one place that can be looked at.
 * An application is handed its own by `wire()`.
 *
 * ```ts
 * import { metrics } from 'throughline/metrics'
 * import { resilience } from 'throughline/resilience'
 * import { silentLog, systemClock } from 'throughline/std'
 *
 * const dependencies = resilience({ clock: systemClock, log: silentLog, meter: metrics() })
 * const rates = dependencies.dependency('rates', {
 *   timeout: 2_000,
 *   retry: { times: 3, budget: 0.1 },
 *   breaker: { failures: 0.5, slow: { after: 1_000, share: 0.8 } },
 *   bulkhead: { concurrent: 10, queue: 20 },
 *   fallback: { stale: 3_600_000 },
 * })
 * export const rateOf = (currency: string) =>
 *   rates.outcome(async (signal) => (await fetch(`https://rates.example.com/${currency}`, { signal })).json(), { idempotent: true, key: currency })
 * ```
 */
export function resilience(options: ResilienceOptions): Resilience {
  return new Resilience(options)
}

/** What has a breaker of its own and only says how it is. */
export interface Watched {
  /** `error`: why. */
  tell(state: BreakerState, error?: unknown): void
  /** It has made something again, because of `error`. */
  retried(error: unknown): void
}

export class Resilience {
  readonly #options: ResilienceOptions
  readonly #instruments: Instruments
  readonly #reports = new Map<string, { report(): DependencyReport; force?(state: 'open' | 'closed' | undefined): void }>()

  constructor(options: ResilienceOptions) {
    this.#options = options
    this.#instruments = new Instruments(options.meter)
  }

  /** Throws a `TypeError` when the name is taken, or a value of the policy cannot be meant. */
  dependency<Spare = never>(name: string, policy: Policy<Spare> = {}): Dependency<Spare> {
    const { clock, log, random = Math.random } = this.#options
    const made = new Dependency(name, policy, { clock, log, random, instruments: this.#instrumentsOf(name) })
    this.#reports.set(name, made)
    return made
  }

  /** Lists something that protects itself, a pool of connections for one. Throws a `TypeError` when the name is taken. */
  watch(name: string): Watched {
    const { clock } = this.#options
    const instruments = this.#instrumentsOf(name)
    let state: BreakerState = 'closed'
    let lastError: DependencyReport['lastError']
    let retries = 0
    const note = (error: unknown): void => void (lastError = { code: codeOf(error), at: clock.now().toISOString() })
    const report = (): DependencyReport => ({ ...blank, name, state, retries, lastError })
    this.#reports.set(name, { report })
    return {
      tell(to, error) {
        state = to
        instruments.state(to)
        if (error !== undefined) note(error)
      },
      retried(error) {
        retries++
        instruments.retries.add()
        note(error)
      },
    }
  }

  /** All of them, in the order they were declared. */
  report(): readonly DependencyReport[] {
    return [...this.#reports.values()].map((one) => one.report())
  }

  /** Holds a breaker by hand. Throws a `TypeError` when there is none of that name. */
  force(name: string, state: 'open' | 'closed' | undefined): void {
    const found = this.#reports.get(name)
    if (found?.force === undefined) {
      const names = [...this.#reports].filter(([, one]) => one.force !== undefined).map(([known]) => known)
      throw new TypeError(`There is no breaker "${name}" that could be held. There are: ${names.join(', ') || 'none'}.`)
    }
    found.force(state)
  }

  #instrumentsOf(name: string): DependencyInstruments {
    if (this.#reports.has(name)) throw new TypeError(`The dependency ${name} exists: keep what the first call returned.`)
    return this.#instruments.of(name)
  }
}

const blank = {
  forced: undefined,
  askAgainIn: 0,
  recent: undefined,
  calls: 0,
  retries: 0,
  rejected: 0,
  fallbacks: 0,
  inUse: undefined,
  waiting: undefined,
}
