import type { Counter, Gauge, Histogram, Meter } from '../../std/meter.ts'
import type { BreakerState } from './breaker.ts'

export type AttemptEnd = 'ok' | 'failed' | 'refused' | 'abandoned'
export type Rejection = 'open' | 'full'

const states: Record<BreakerState, number> = { closed: 0, 'half-open': 1, open: 2 }

/** The numbers of all dependencies. */
export class Instruments {
  readonly #families

  constructor(meter: Meter) {
    const labels = ['dependency'] as const
    this.#families = {
      state: meter.gauge('resilience_breaker_state', { help: 'Of the circuit breaker: 0 closed, 1 half-open, 2 open.', labels }),
      attempts: meter.counter('resilience_attempts_total', {
        help: 'Attempts by how they ended: ok, failed, refused (an answer that says no), abandoned (the caller left).',
        labels: ['dependency', 'end'],
      }),
      seconds: meter.histogram('resilience_attempt_duration_seconds', { help: 'Time of one attempt.', labels }),
      retries: meter.counter('resilience_retries_total', { help: 'Attempts after the first one of a call.', labels }),
      withheld: meter.counter('resilience_retries_withheld_total', {
        help: 'Failures that might have been repeated, but were not: budget, deadline, retry-after.',
        labels: ['dependency', 'reason'],
      }),
      rejections: meter.counter('resilience_rejections_total', {
        help: 'Attempts that were not made: the breaker is open, or the bulkhead full.',
        labels: ['dependency', 'reason'],
      }),
      fallbacks: meter.counter('resilience_fallbacks_total', { help: 'Degraded answers.', labels: ['dependency', 'by'] }),
      inUse: meter.gauge('resilience_bulkhead_in_use', { help: 'Places that are taken.', labels }),
      waiting: meter.gauge('resilience_bulkhead_waiting', { help: 'Callers that wait for a place.', labels }),
    }
  }

  /** The series of one dependency, bound once. */
  of(dependency: string): DependencyInstruments {
    const { state, attempts, seconds, retries, withheld, rejections, fallbacks, inUse, waiting } = this.#families
    const gauge = state.with({ dependency })
    gauge.set(states.closed)
    const ends = { ok: attempts, failed: attempts, refused: attempts, abandoned: attempts }
    const bound = Object.fromEntries(Object.keys(ends).map((end) => [end, attempts.with({ dependency, end })]))
    return {
      state: (to) => gauge.set(states[to]),
      attempts: bound as Record<AttemptEnd, Counter>,
      seconds: seconds.with({ dependency }),
      retries: retries.with({ dependency }),
      withheld: (reason) => withheld.with({ dependency, reason }).add(),
      rejections: { open: rejections.with({ dependency, reason: 'open' }), full: rejections.with({ dependency, reason: 'full' }) },
      fallbacks: (by) => fallbacks.with({ dependency, by }).add(),
      inUse: inUse.with({ dependency }),
      waiting: waiting.with({ dependency }),
    }
  }
}

export interface DependencyInstruments {
  state(to: BreakerState): void
  readonly attempts: Record<AttemptEnd, Counter>
  readonly seconds: Histogram
  readonly retries: Counter
  withheld(reason: string): void
  readonly rejections: Record<Rejection, Counter>
  fallbacks(by: string): void
  readonly inUse: Gauge
  readonly waiting: Gauge
}
