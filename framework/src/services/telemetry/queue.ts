import type { Clock } from '../../std/clock.ts'
import type { Log } from '../../std/log.ts'
import type { Collector, Outcome, Signal } from './collector.ts'

export interface QueueOptions<Item> {
  signal: Signal
  collector: Collector
  toDocument: (items: readonly Item[]) => unknown
  clock: Clock
  log: Log
  /** Told of items that nobody will have. */
  onLost: (signal: Signal, count: number) => void
  /** Default 2,048. */
  capacity?: number
  /** Items in one request. */
  batch: number
}

const every = 5_000

/** Items on their way to a collector: so many and no more, the oldest let go first, one request at a time. */
export class ExportQueue<Item> {
  readonly #options: QueueOptions<Item>
  readonly #cut = new AbortController()
  #items: Item[] = []
  #cancel: (() => void) | undefined
  #sending: Promise<void> | undefined
  #unwell = false

  constructor(options: QueueOptions<Item>) {
    this.#options = options
  }

  add(item: Item): void {
    const { capacity = 2_048, signal, onLost } = this.#options
    this.#items.push(item)
    if (this.#items.length > capacity) {
      this.#items.shift()
      onLost(signal, 1)
    }
    if (this.#items.length === this.#options.batch) this.flush()
    else this.#cancel ??= this.#options.clock.after(every, () => this.flush())
  }

  /** Sends what waits, unless that is under way already. */
  flush(): void {
    this.#cancel?.()
    this.#cancel = undefined
    this.#sending ??= this.#drain().finally(() => (this.#sending = undefined))
  }

  /** Sends what waits until it is sent or `cut()` is called. */
  async close(): Promise<void> {
    this.flush()
    await this.#sending
    this.#cancel?.()
  }

  cut(): void {
    this.#cut.abort()
  }

  async #drain(): Promise<void> {
    const { collector, signal, toDocument, onLost, batch } = this.#options
    // Not in the turn of the request that filled the batch.
    await new Promise(setImmediate)
    while (this.#items.length > 0) {
      const items = this.#items.splice(0, batch)
      const outcome = await collector.send(signal, toDocument(items), this.#cut.signal)
      if (outcome.outcome !== 'taken') onLost(signal, items.length)
      else if (outcome.rejected > 0) onLost(signal, outcome.rejected)
      this.#tell(outcome)
      if (outcome.outcome === 'cut') {
        onLost(signal, this.#items.length)
        this.#items = []
      }
    }
  }

  /** Once when it begins and once when it ends: a collector may be away for a weekend. */
  #tell(outcome: Outcome): void {
    const { log, signal } = this.#options
    const unwell = outcome.outcome !== 'taken'
    if (unwell && !this.#unwell) log.warn('telemetry is not taken', { signal, reason: outcome.reason })
    if (!unwell && this.#unwell) log.info('telemetry is taken again', { signal })
    this.#unwell = unwell
  }
}
