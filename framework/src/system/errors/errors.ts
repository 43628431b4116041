import process from 'node:process'
import type { Clock } from '../../std/clock.ts'
import type { EventName } from '../../std/event-table.ts'
import type { Log } from '../../std/log.ts'
import type { Operation } from '../../std/operation.ts'
import type { Resource } from '../../std/resource.ts'
import { GroupFile } from './file.ts'
import { likenessOf, type Likeness } from './fingerprint.ts'
import type { ErrorGroup, ErrorState } from './error-group.ts'
import { Group } from './group.ts'

export interface ErrorGroupsOptions {
  readonly log: Log
  readonly clock: Clock
  /** The release that is running. */
  readonly version: string
  /** Where groups outlive the process. Default: they do not. */
  readonly path?: string | undefined
  /** How many groups are held. Default 200. */
  readonly most?: number
  /** Paths are shown from here on. Default: the working directory. */
  readonly root?: string
}

const snooze = 24 * 3_600_000
const writeAfter = 5_000
const minute = 60_000
/** A flood of different failures must not become a flood of lines. */
const linesPerMinute = 10

/**
 * What went wrong, one group for each cause, whatever its messages say: how often, since when, whom it hit, in which releases.
 *
 * A new group, and one that was resolved and came back, are a line of the log each. When there are too many, the one that was seen least goes.
 */
export class ErrorGroups implements Resource {
  readonly name = 'errors'
  readonly phase = 'flush'
  readonly #options: ErrorGroupsOptions
  readonly #file: GroupFile | undefined
  readonly #most: number
  readonly #root: string
  readonly #groups = new Map<string, Group>()
  #lines = { minute: 0, written: 0 }
  #cancelWrite: (() => void) | undefined
  #writing: Promise<void> = Promise.resolve()
  #unwritable = false

  constructor(options: ErrorGroupsOptions) {
    this.#options = options
    this.#file = options.path === undefined ? undefined : new GroupFile(options.path)
    this.#most = options.most ?? 200
    this.#root = options.root ?? process.cwd()
  }

  /** Counts a failure; anything else is passed over. */
  add(operation: Operation): void {
    if (operation.outcome !== 'failed') return
    const likeness = likenessOf(operation, this.#root)
    const now = this.#now()
    const known = this.#groups.get(likeness.fingerprint)
    const group = known ?? this.#begin(likeness, now)
    const news = known === undefined ? 'new error' : this.#reopen(known, now)
    const isNewVersion = !group.hasVersion(this.#options.version)
    group.add(operation, likeness, { now, version: this.#options.version })
    if (news !== undefined) this.#tell(news, { group, likeness, isNewVersion })
    this.#writeSoon()
  }

  /** The one that was seen last, first. */
  list(): ErrorGroup[] {
    const now = this.#now()
    for (const group of this.#groups.values()) this.#wake(group, now)
    return [...this.#groups.values()].map((group) => group.toView(now)).toSorted((one, other) => other.lastAt - one.lastAt)
  }

  /** Returns whether there is such a group. `snoozed` lasts a day. */
  mark(fingerprint: string, state: ErrorState): boolean {
    const group = this.#groups.get(fingerprint)
    if (group === undefined) return false
    group.state = state
    group.regressed = false
    group.until = state === 'snoozed' ? this.#now() + snooze : 0
    this.#writeSoon()
    return true
  }

  async open(): Promise<void> {
    try {
      for (const kept of (await this.#file?.read()) ?? []) {
        if (this.#groups.size < this.#most && !this.#groups.has(kept.fingerprint)) this.#groups.set(kept.fingerprint, new Group(kept))
      }
    } catch (error) {
      // What went wrong last week is no reason not to serve today.
      this.#options.log.warn('error groups unreadable', { error })
    }
  }

  async close(): Promise<void> {
    if (this.#cancelWrite !== undefined) this.#write()
    await this.#writing
  }

  #begin(likeness: Likeness, now: number): Group {
    if (this.#groups.size >= this.#most) this.#forgetOne()
    const group = Group.of(likeness, now)
    this.#groups.set(group.fingerprint, group)
    return group
  }

  /** The rarest, and of those the one seen longest ago: a flood of failures that happen once each pushes out its own. */
  #forgetOne(): void {
    let least: Group | undefined
    for (const group of this.#groups.values()) {
      if (least === undefined || group.count < least.count || (group.count === least.count && group.lastAt < least.lastAt)) least = group
    }
    if (least !== undefined) this.#groups.delete(least.fingerprint)
  }

  #reopen(group: Group, now: number): EventName | undefined {
    if (group.state === 'resolved') {
      group.state = 'open'
      group.regressed = true
      return 'error came back'
    }
    this.#wake(group, now)
    return undefined
  }

  #wake(group: Group, now: number): void {
    if (group.state !== 'snoozed' || now < group.until) return
    group.state = 'open'
    group.until = 0
  }

  #tell(news: EventName, { group, likeness, isNewVersion }: { group: Group; likeness: Likeness; isNewVersion: boolean }): void {
    const { log, version } = this.#options
    const { thrown, where, fingerprint } = likeness
    const current = Math.floor(this.#now() / minute)
    if (this.#lines.minute !== current) this.#lines = { minute: current, written: 0 }
    if (++this.#lines.written > linesPerMinute) return
    if (this.#lines.written === linesPerMinute) log.warn('many new errors', { held: this.#groups.size, most: this.#most })
    else log.warn(news, { fingerprint, type: thrown.type, code: thrown.code, where, version, newVersion: isNewVersion, count: group.count })
  }

  #writeSoon(): void {
    if (this.#file === undefined || this.#cancelWrite !== undefined) return
    this.#cancelWrite = this.#options.clock.after(writeAfter, () => this.#write())
  }

  #write(): void {
    this.#cancelWrite?.()
    this.#cancelWrite = undefined
    this.#writing = this.#writing.then(() => this.#writeNow())
  }

  async #writeNow(): Promise<void> {
    const now = this.#now()
    try {
      await this.#file!.write([...this.#groups.values()].map((group) => group.toKept(now)))
      this.#unwritable = false
    } catch (error) {
      // Said once: a disk that is full stays full for a while, and these are the lines that fill it.
      if (!this.#unwritable) this.#options.log.warn('error groups not written', { error })
      this.#unwritable = true
    }
  }

  #now(): number {
    return this.#options.clock.now().getTime()
  }
}
