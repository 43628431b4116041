import type { Clock } from '../../../std/clock.ts'
import { BootError } from '../../../std/errors.ts'
import { readParameters } from '../../../std/service-url.ts'
import type { Lease, LimitsDriver, OpenLimitsDriver, StoredLimit, Verdict } from '../driver.ts'

/** Counts in this process: `memory:`, at most `?maxKeys=` of them, 100,000 unless told. */
export const open: OpenLimitsDriver = (url, { clock }) => {
  const { maxKeys: text = '100000' } = readParameters(url, ['maxKeys'])
  const maxKeys = Number(text)
  if (!Number.isSafeInteger(maxKeys) || maxKeys < 1)
    throw new BootError('config-invalid', `maxKeys is "${text}". Give a whole number, 1 or more.`)
  return new MemoryLimits(clock, maxKeys)
}

/** What is known of one key, and at once the verdict about its last request: nothing is allocated for a key that is known. */
class Count implements Verdict {
  /** When the window began, or the bucket was last looked at. */
  at: number
  used = 0
  before = 0
  /** From then on it says nothing that a new one would not. */
  expires = 0
  seen = false
  allowed = true
  remaining = 0
  wait = 0

  constructor(now: number) {
    this.at = now
  }
}

class MemoryLimits implements LimitsDriver {
  readonly #clock: Clock
  readonly #maxKeys: number
  readonly #counts = new Map<string, Count>()
  readonly #held = new Map<string, number>()

  constructor(clock: Clock, maxKeys: number) {
    this.#clock = clock
    this.#maxKeys = maxKeys
  }

  take(key: string, limit: StoredLimit, cost: number): Verdict {
    const now = this.#clock.monotonic()
    let count = this.#counts.get(key)
    if (count === undefined) {
      if (this.#counts.size >= this.#maxKeys) this.#makeRoom(now)
      this.#counts.set(key, (count = new Count(now)))
    } else count.seen = true
    if (limit.algorithm === 'token-bucket') fromBucket(count, limit, cost, now)
    else fromWindow(count, limit, cost, now)
    return count
  }

  hold(key: string, limit: number): Lease {
    const held = this.#held.get(key) ?? 0
    if (held >= limit) return { allowed: false, remaining: 0, wait: 1000, id: '' }
    this.#held.set(key, held + 1)
    return { allowed: true, remaining: limit - held - 1, wait: 0, id: key }
  }

  release(key: string): void {
    const held = this.#held.get(key) ?? 0
    if (held > 1) this.#held.set(key, held - 1)
    else this.#held.delete(key)
  }

  close(): Promise<void> {
    this.#counts.clear()
    this.#held.clear()
    return Promise.resolve()
  }

  /** Second chance: the oldest key goes, unless it has run out anyway or was seen since the last time it stood here. */
  #makeRoom(now: number): void {
    for (const [key, count] of this.#counts) {
      this.#counts.delete(key)
      if (!count.seen || count.expires <= now) return
      count.seen = false
      this.#counts.set(key, count)
    }
  }
}

function fromBucket(count: Count, { limit, window, burst }: StoredLimit, cost: number, now: number): void {
  const perMs = limit / window
  count.used = Math.max(0, count.used - (now - count.at) * perMs)
  count.at = now
  let free = burst - count.used
  count.allowed = cost <= free
  if (count.allowed) {
    count.used += cost
    free -= cost
  }
  count.remaining = Math.max(0, Math.floor(free))
  count.wait = ((count.allowed ? count.remaining + 1 : cost) - free) / perMs
  count.expires = now + count.used / perMs
}

/** The sliding window is two fixed ones: of the earlier one counts the share that still lies within a window's length from now. */
function fromWindow(count: Count, { algorithm, limit, window }: StoredLimit, cost: number, now: number): void {
  const sliding = algorithm === 'sliding-window'
  const passed = Math.floor((now - count.at) / window)
  if (passed > 0) {
    count.before = sliding && passed === 1 ? count.used : 0
    count.used = 0
    count.at = count.before > 0 ? count.at + window : now
  }
  const elapsed = now - count.at
  let free = limit - count.used - count.before * (1 - elapsed / window)
  count.allowed = cost <= free
  if (count.allowed) {
    count.used += cost
    free -= cost
  }
  count.remaining = Math.max(0, Math.floor(free))
  const wanted = count.allowed ? Math.min(count.remaining + 1, limit) : cost
  if (!sliding) count.wait = window - elapsed
  else if (wanted <= limit - count.used) count.wait = window * (1 - (limit - count.used - wanted) / count.before) - elapsed
  else count.wait = window - elapsed + window * (1 - (limit - wanted) / count.used)
  count.expires = count.at + (sliding ? 2 : 1) * window
}
