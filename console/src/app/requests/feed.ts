import { batch, signal } from '@preact/signals'
import type { OperationRow, OperationsView } from '../../../../framework/src/tools/console/views.ts'
import { ApiError, read } from '../state/api.ts'
import { loadOverview } from '../state/overview.ts'
import { base } from '../state/router.ts'

export type FeedState = 'connecting' | 'live' | 'lost'

/** More than this nobody scrolls through; filters find what is older. */
const mostRows = 2000
const firstRows = 200

/** The newest operations first: what was recorded before, then what is being recorded. */
export class Feed {
  readonly rows = signal<readonly OperationRow[]>([])
  readonly state = signal<FeedState>('connecting')
  readonly error = signal<ApiError | undefined>(undefined)
  readonly isPaused = signal(false)
  /** Arrived while paused, and not shown. */
  readonly waiting = signal(0)
  /** Recorded, and left out by the server because nobody reads so fast. */
  readonly skipped = signal(0)
  #source: EventSource | undefined
  #held: OperationRow[] = []
  #isRead = false
  #isOpen = false
  #turn = 0

  /** Shows what fits `query`, from now on. */
  async follow(query: string): Promise<void> {
    const turn = ++this.#turn
    this.#source?.close()
    this.#held = []
    this.#isRead = this.#isOpen = false
    batch(() => {
      this.isPaused.value = false
      this.state.value = 'connecting'
      this.waiting.value = 0
      this.skipped.value = 0
    })
    // Listening begins first: what happens while the list is read must not be missing from it.
    this.#listen(query, turn)
    await this.#read(query, turn)
  }

  async #read(query: string, turn: number): Promise<void> {
    try {
      const { rows } = await read<OperationsView>(`/operations?${query}${query === '' ? '' : '&'}limit=${firstRows}`)
      if (turn !== this.#turn) return
      this.#isRead = true
      batch(() => {
        this.error.value = undefined
        this.rows.value = joined(this.#held.splice(0), rows)
        this.#tell()
      })
    } catch (error) {
      if (turn === this.#turn && error instanceof ApiError) this.error.value = error
    }
  }

  /** Live is what was read and is listened to. */
  #tell(): void {
    this.state.value = this.#isRead && this.#isOpen ? 'live' : 'connecting'
  }

  pause(): void {
    this.isPaused.value = true
  }

  resume(): void {
    batch(() => {
      this.isPaused.value = false
      this.rows.value = joined(this.#held.splice(0), this.rows.value)
      this.waiting.value = 0
    })
  }

  clear(): void {
    this.rows.value = []
    this.skipped.value = 0
  }

  close(): void {
    this.#turn++
    this.#source?.close()
  }

  #listen(query: string, turn: number): void {
    const source = new EventSource(`${base}/api/operations/live${query === '' ? '' : `?${query}`}`)
    this.#source = source
    source.addEventListener('open', () => {
      if (turn !== this.#turn) return
      const wasLost = this.state.value === 'lost'
      this.#isOpen = true
      this.#tell()
      // What happened in between came to nobody: it is in the list.
      if (wasLost) void this.#read(query, turn)
    })
    source.addEventListener('error', () => {
      if (turn !== this.#turn) return
      this.#isOpen = false
      this.state.value = 'lost'
      // It says nothing of why. The overview's answer does.
      void loadOverview()
    })
    source.addEventListener('rows', ({ data }: MessageEvent<string>) => {
      if (turn === this.#turn) this.#take(JSON.parse(data) as { rows: OperationRow[]; skipped: number })
    })
  }

  #take({ rows, skipped }: { rows: OperationRow[]; skipped: number }): void {
    const newestFirst = rows.toReversed()
    batch(() => {
      this.skipped.value += skipped
      if (this.isPaused.value || !this.#isRead) {
        this.#held = [...newestFirst, ...this.#held].slice(0, mostRows)
        if (this.isPaused.value) this.waiting.value += rows.length
      } else {
        this.rows.value = joined(newestFirst, this.rows.value)
      }
    })
  }
}

/** The list is read while the stream is open already: an operation may come both ways. */
function joined(first: readonly OperationRow[], then: readonly OperationRow[]): OperationRow[] {
  const seen = new Set(first.map(keyOf))
  return [...first, ...then.filter((row) => !seen.has(keyOf(row)))].slice(0, mostRows)
}

export function keyOf({ id, startedAt }: OperationRow): string {
  return `${id} ${startedAt}`
}

/** One for the page: whoever comes back from a trace finds the list as it was. */
export const feed = new Feed()
