import { Readable } from 'node:stream'
import type { Clock } from '../../std/clock.ts'
import type { Recorder } from '../../system/trace/index.ts'
import type { Filters } from './contract.ts'
import { isWanted, toRow } from './operations.ts'
import type { OperationRow } from './views.ts'

export interface LiveNeeds {
  readonly recorder: Recorder
  readonly clock: Clock
  /** Fires when the viewer left. */
  readonly signal: AbortSignal
}

const everyMs = 250
const mostRows = 100
const quietTicks = 60

/** What is recorded from now on, as server-sent events: a batch four times a second, however fast it comes. */
export class LiveView {
  readonly stream: Readable
  readonly #needs: LiveNeeds
  #rows: OperationRow[] = []
  #skipped = 0
  #quiet = 0
  #leave: () => void
  #cancel: () => void = () => {}

  constructor(needs: LiveNeeds, filters: Filters) {
    this.#needs = needs
    this.stream = new Readable({ read() {} })
    this.#leave = needs.recorder.listen((operation) => {
      if (!isWanted(operation, filters)) return
      // Nobody reads hundreds of rows a second, but how many there were is worth knowing.
      if (this.#rows.length < mostRows) this.#rows.push(toRow(operation))
      else this.#skipped++
    })
    this.stream.push('retry: 2000\n\n')
    this.stream.once('close', () => this.#stop())
    needs.signal.addEventListener('abort', () => this.end(), { once: true })
    this.#tickLater()
  }

  /** The last event: browsers come again, then to whoever listens. */
  end(): void {
    this.#stop()
    if (!this.stream.destroyed && !this.stream.readableEnded) this.stream.push(null)
  }

  #stop(): void {
    this.#leave()
    this.#cancel()
  }

  #tickLater(): void {
    this.#cancel = this.#needs.clock.after(everyMs, () => {
      this.#tick()
      this.#tickLater()
    })
  }

  #tick(): void {
    if (this.#rows.length === 0 && ++this.#quiet < quietTicks) return
    // A viewer that does not read gets less, and never fills the memory.
    if (this.stream.readableLength > 1 << 20) this.#skipped += this.#rows.length
    else if (this.#rows.length === 0) this.stream.push(': still here\n\n')
    else this.stream.push(`event: rows\ndata: ${JSON.stringify({ rows: this.#rows, skipped: this.#skipped })}\n\n`)
    if (this.stream.readableLength <= 1 << 20) this.#skipped = 0
    this.#rows = []
    this.#quiet = 0
  }
}
