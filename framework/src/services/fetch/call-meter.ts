import type { Histogram, Labelled, Meter } from '../../std/meter.ts'
import type { Clock } from '../../std/clock.ts'

type Seconds = Labelled<'host' | 'method' | 'status', Histogram>

// Several clients may share a meter, and the metric is one.
const byMeter = new WeakMap<Meter, Seconds>()

/** Rate, errors and duration of the calls to others. */
export class CallMeter {
  readonly #seconds: Seconds | undefined
  readonly #clock: Clock

  constructor(meter: Meter | undefined, clock: Clock) {
    this.#clock = clock
    this.#seconds = meter === undefined ? undefined : secondsOf(meter)
  }

  /** The time until its answer begins: the returned function is told its status, or what it failed of. */
  begin(host: string, method: string): (outcome: number | { readonly failed: unknown }) => void {
    const began = this.#clock.monotonic()
    return (outcome) => {
      const status = typeof outcome === 'number' ? String(outcome) : wordOf(outcome.failed)
      this.#seconds?.with({ host, method, status }).record((this.#clock.monotonic() - began) / 1_000)
    }
  }
}

function secondsOf(meter: Meter): Seconds {
  let seconds = byMeter.get(meter)
  if (seconds === undefined) {
    seconds = meter.histogram('http_client_request_duration_seconds', {
      help: 'Time from a call to another service to the beginning of its answer.',
      labels: ['host', 'method', 'status'],
    })
    byMeter.set(meter, seconds)
  }
  return seconds
}

/** An error's code or class: there are few of them. Those of the network are in the cause. */
function wordOf(error: unknown): string {
  if (!(error instanceof Error)) return 'error'
  if (error.cause instanceof Error) return wordOf(error.cause)
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}
