import type { HeapProfiler, Profiler as Cpu } from 'node:inspector'
import type { Session } from 'node:inspector/promises'
import type { Clock } from '../../std/clock.ts'
import type { Profile } from '../../std/profile.ts'
import { allocationProfile } from './allocation.ts'
import { cpuProfile, type Gap } from './cpu.ts'
import { maskedCpuProfile, maskedHeapProfile } from './devtools.ts'

export interface ProfilerNeeds {
  readonly clock: Clock
  /** The folder that file names are relative to. Nothing is said of where it is. */
  readonly root: string
}

/** What was measured, twice: to be shown, and as the DevTools of Chrome take it. */
export interface Taken {
  readonly profile: () => Profile
  readonly devtools: () => object
}

const samplingMicroseconds = 1_000
const samplingBytes = 32_768
const beatMs = 10
/** Shorter ones are what programs do. */
const blockedMs = 50

/** Watches what this thread does, for some seconds, one watcher at a time. Nothing is loaded or slowed down before that. */
export class Profiler {
  readonly #needs: ProfilerNeeds
  #end: (() => void) | undefined

  constructor(needs: ProfilerNeeds) {
    this.#needs = needs
  }

  get isBusy(): boolean {
    return this.#end !== undefined
  }

  /** Ends what is being measured now: it is answered with what there is. */
  stop(): void {
    this.#end?.()
  }

  /** `ms`: for how long; less when `signal` fires, or somebody calls `stop()`. */
  async take(kind: Profile['kind'], { ms, signal }: { ms: number; signal: AbortSignal }): Promise<Taken> {
    if (this.isBusy) throw new Error('A profile is being taken.')
    const over = Promise.withResolvers<void>()
    this.#end = over.resolve
    let cancel = (): void => {}
    // Counted from when the watching has begun, which may take as long as it is to last.
    const wait = () => {
      cancel = this.#needs.clock.after(ms, over.resolve)
      return over.promise
    }
    signal.addEventListener('abort', () => over.resolve(), { once: true })
    try {
      const { Session: Opened } = await import('node:inspector/promises')
      const session = new Opened()
      session.connect()
      try {
        return kind === 'cpu' ? await this.#cpu(session, wait) : await this.#allocation(session, wait)
      } finally {
        session.disconnect()
      }
    } finally {
      cancel()
      this.#end = undefined
    }
  }

  async #cpu(session: Session, wait: () => Promise<void>): Promise<Taken> {
    await session.post('Profiler.enable')
    await session.post('Profiler.setSamplingInterval', { interval: samplingMicroseconds })
    await forgetOptimised(session)
    const before = microseconds()
    await session.post('Profiler.start')
    const started = microseconds()
    const heart = new Heartbeat()
    await wait()
    const gaps = heart.stop()
    const { profile: raw } = (await session.post('Profiler.stop')) as Cpu.StopReturnType
    const { root } = this.#needs
    // V8 reads the clock that `hrtime` reads, on the systems that we know.
    const isSameClock = raw.startTime >= before - 1_000 && raw.startTime <= started + 1_000
    const origin = isSameClock ? raw.startTime : started
    const within = gaps.map(({ from, to }) => ({ from: (from - origin) / 1000, to: (to - origin) / 1000 }))
    return { profile: () => cpuProfile(raw, within, root), devtools: () => maskedCpuProfile(raw, root) }
  }

  async #allocation(session: Session, wait: () => Promise<void>): Promise<Taken> {
    const { clock, root } = this.#needs
    const started = clock.monotonic()
    await session.post('HeapProfiler.startSampling', {
      samplingInterval: samplingBytes,
      includeObjectsCollectedByMajorGC: true,
      includeObjectsCollectedByMinorGC: true,
    })
    await wait()
    const { profile: raw } = (await session.post('HeapProfiler.stopSampling')) as HeapProfiler.StopSamplingReturnType
    const ms = clock.monotonic() - started
    return { profile: () => allocationProfile(raw, ms, root), devtools: () => maskedHeapProfile(raw, root) }
  }
}

/**
 * V8 does not know where loops are that it compiled while they ran, unless it watched: their time would be that of whoever called them. Counting
 * calls has a side effect, which is all that is wanted of it: what was optimised is forgotten, and compiled again as it is needed.
 */
async function forgetOptimised(session: Session): Promise<void> {
  // Whoever measures coverage counts on being the only one.
  if ((process.env['NODE_V8_COVERAGE'] ?? '') !== '') return
  await session.post('Profiler.startPreciseCoverage', { callCount: false, detailed: false })
  await session.post('Profiler.stopPreciseCoverage')
}

/** Notices when the event loop does not come round. A timer and not a histogram: it has to be known when that was. */
class Heartbeat {
  readonly #gaps: Gap[] = []
  readonly #timer = setInterval(() => this.#beat(), beatMs)
  #last = microseconds()

  stop(): readonly Gap[] {
    this.#beat()
    clearInterval(this.#timer)
    return this.#gaps
  }

  #beat(): void {
    const now = microseconds()
    if (now - this.#last >= (blockedMs + beatMs) * 1000) this.#gaps.push({ from: this.#last, to: now })
    this.#last = now
  }
}

/** Not the clock of the application, which tests move: samples are taken in real time. */
function microseconds(): number {
  return Number(process.hrtime.bigint() / 1_000n)
}
