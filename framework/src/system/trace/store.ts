import type { Clock } from '../../std/clock.ts'
import { Journal } from '../../std/journal.ts'
import type { Log } from '../../std/log.ts'
import type { Operation } from '../../std/operation.ts'
import type { Recorder } from './recorder.ts'

export interface StoreOptions {
  recorder: Recorder
  folder: string
  /** Bytes on disk; what is oldest goes. */
  maxBytes: number
  clock: Clock
  log: Log
}

const flushAfter = 250
const batch = 50
/** In a quarter of a second. */
const mostPending = 250
/** Milliseconds that the start may take because of it. */
const readFor = 1_000

/** Keeps what was recorded on disk, so that a process that died of a request can be asked about it afterwards. Written behind the requests, in batches. */
export class TraceStore {
  readonly #options: StoreOptions
  readonly #journal: Journal
  #pending: Operation[] = []
  #dropped = 0
  #flushing: Promise<void> | undefined
  #cancel: () => void = () => {}
  #leave: () => void = () => {}

  constructor(options: StoreOptions) {
    this.#options = options
    const { folder, maxBytes, clock, log } = options
    this.#journal = new Journal({ folder, name: 'traces', maxBytes, clock, log })
  }

  /** How many operations did not get to disk, because it was full or too slow. */
  get lost(): number {
    return this.#dropped + this.#journal.lost
  }

  /** Hands the recorder what earlier processes left, and listens from now on. */
  async open(): Promise<void> {
    const { recorder } = this.#options
    recorder.restore(await this.#read())
    this.#leave = recorder.listen((operation) => this.#add(operation))
  }

  async close(): Promise<void> {
    this.#leave()
    this.#cancel()
    await this.#flushing
    await this.#flush()
    await this.#journal.close()
  }

  #add(operation: Operation): void {
    // When everything fails, all of it is recorded: neither the disk nor the processor is for writing down more of the same.
    if (this.#pending.length >= mostPending) this.#dropped++
    else if (this.#pending.push(operation) === 1 && this.#flushing === undefined) this.#flushLater()
  }

  #flushLater(): void {
    this.#cancel = this.#options.clock.after(flushAfter, () => {
      this.#flushing = this.#flush().finally(() => {
        this.#flushing = undefined
        if (this.#pending.length > 0) this.#flushLater()
      })
    })
  }

  async #flush(): Promise<void> {
    const operations = this.#pending
    this.#pending = []
    for (let i = 0; i < operations.length; i += batch) {
      // Between batches requests have their turn: the write waits for the disk, not for the processor.
      const records = operations.slice(i, i + batch).flatMap(toRecord)
      this.#dropped += Math.min(batch, operations.length - i) - records.length
      await this.#journal.append(records)
    }
  }

  /** The newest operations, oldest first. */
  async #read(): Promise<Operation[]> {
    const { clock, recorder } = this.#options
    const until = clock.monotonic() + readFor
    const parts: Operation[][] = []
    let count = 0
    for await (const records of this.#journal.files()) {
      const operations = (records as Operation[]).slice(count - recorder.capacity)
      parts.unshift(operations)
      count += operations.length
      if (count >= recorder.capacity || clock.monotonic() > until) break
    }
    return parts.flat()
  }
}

/** What a log line or a body holds may be nothing that JSON can write. */
function toRecord(operation: Operation): string[] {
  try {
    return [JSON.stringify(operation)]
  } catch {
    return []
  }
}
