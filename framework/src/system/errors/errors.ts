import process from 'node:process'
import type { Clock } from '../../std/clock.ts'
import type { EventName } from '../../std/event-table.ts'
import type { Log } from '../../std/log.ts'
import type { Operation } from '../../std/operation.ts'
import type { Resource } from '../../std/resource.ts'
import { GroupFiles } from './files.ts'
import { likenessOf } from './fingerprint.ts'
import type { ErrorGroup, ErrorState } from './error-group.ts'
import { Group, type KeptGroup } from './group.ts'
import { merged } from './kept.ts'

export interface ErrorGroupsOptions {
  readonly log: Log
  readonly clock: Clock
  /** The release that is running. */
  readonly version: string
  /** Where groups outlive the process, and other processes keep theirs. Default: they do not. */
  readonly folder?: string | undefined
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
  readonly #files: GroupFiles | undefined
  readonly #most: number
  readonly #root: string
  readonly #groups = new Map<string, Group>()
  /** What other processes of the folder know, added up. */
  #others: ReadonlyMap<string, KeptGroup> = new Map()
  #lines = { minute: 0, written: 0 }
  #cancelWrite: (() => void) | undefined
  #writing: Promise<void> = Promise.resolve()
  #unwritable = false
  #unreadable = false
  #isClosed = false

  constructor(options: ErrorGroupsOptions) {
    this.#options = options
    this.#files = options.folder === undefined ? undefined : new GroupFiles(options.folder, options.clock)
    this.#most = options.most ?? 200
    this.#root = options.root ?? process.cwd()
  }

  /** Counts a failure; anything else is passed over. */
  add(operation: Operation): void {
    if (operation.outcome !== 'failed') return
    const likeness = likenessOf(operation, this.#root)
    const now = this.#now()
    const isKnown = this.#knows(likeness.fingerprint)
    const group = this.#ownOf(likeness.fingerprint) ?? this.#begin(Group.of(likeness, now))
    const news = isKnown ? this.#reopen(group, now) : 'new error'
    const { version } = this.#options
    const isNewVersion = !group.hasVersion(version) && this.#others.get(group.fingerprint)?.versions.includes(version) !== true
    group.add(operation, likeness, { now, version })
    if (news !== undefined) this.#tell(news, group, isNewVersion)
    this.#writeSoon()
  }

  /** Those of all processes of the folder, as of the last `refresh()`; the one that was seen last, first. */
  list(): ErrorGroup[] {
    const now = this.#now()
    const all = new Map(this.#others)
    for (const group of this.#groups.values()) {
      const others = this.#others.get(group.fingerprint)
      all.set(group.fingerprint, others === undefined ? group.toKept(now) : merged(group.toKept(now), others))
    }
    const shown = [...all.values()].map((kept) => {
      const group = new Group(kept)
      group.wake(now)
      return group.toView(now)
    })
    return shown.toSorted((one, other) => other.lastAt - one.lastAt).slice(0, this.#most)
  }

  /** Returns whether there is such a group. `snoozed` lasts a day. */
  mark(fingerprint: string, state: ErrorState): boolean {
    const group = this.#ownOf(fingerprint)
    if (group === undefined) return false
    const now = this.#now()
    group.mark(state, now, { until: state === 'snoozed' ? now + snooze : 0 })
    this.#writeSoon()
    return true
  }

  /** Reads what other processes have counted and said since the last time. */
  async refresh(): Promise<void> {
    await this.#writing
    // From then on its own file is one that another goes on with.
    if (!this.#isClosed) await this.#readOthers()
  }

  async open(): Promise<void> {
    try {
      for (const kept of (await this.#files?.open()) ?? []) {
        if (this.#groups.size < this.#most && !this.#groups.has(kept.fingerprint)) this.#groups.set(kept.fingerprint, new Group(kept))
      }
    } catch (error) {
      // What went wrong last week is no reason not to serve today.
      this.#tellUnreadable(error)
    }
    await this.#readOthers()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    if (this.#cancelWrite !== undefined) this.#write()
    await this.#writing
    await this.#files?.close()
  }

  async #readOthers(): Promise<void> {
    try {
      const lists = await this.#files?.others((error) => this.#tellUnreadable(error))
      if (lists === undefined) return
      const others = new Map<string, KeptGroup>()
      for (const kept of lists.flat()) {
        const known = others.get(kept.fingerprint)
        if (known !== undefined || others.size < this.#most) others.set(kept.fingerprint, known === undefined ? kept : merged(known, kept))
      }
      this.#others = others
      for (const group of this.#groups.values()) this.#hearOf(group, others.get(group.fingerprint))
    } catch (error) {
      this.#tellUnreadable(error)
    }
  }

  #knows(fingerprint: string): boolean {
    return this.#groups.has(fingerprint) || this.#others.has(fingerprint)
  }

  /** To count on, or to say something about; undefined when nobody has seen it. */
  #ownOf(fingerprint: string): Group | undefined {
    const told = this.#others.get(fingerprint)
    return this.#groups.get(fingerprint) ?? (told && this.#begin(Group.toldOf(told)))
  }

  #begin(group: Group): Group {
    if (this.#groups.size >= this.#most) this.#forgetOne()
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
    group.wake(now)
    if (group.state !== 'resolved') return undefined
    group.mark('open', now, { regressed: true })
    return 'error came back'
  }

  /** What was resolved elsewhere while it went on here has come back. */
  #hearOf(group: Group, told: KeptGroup | undefined): void {
    if (told === undefined || !group.hear(told) || group.state !== 'resolved' || group.count === 0 || group.lastAt <= group.markedAt) return
    group.mark('open', this.#now(), { regressed: true })
    this.#tell('error came back', group, !told.versions.includes(this.#options.version))
    this.#writeSoon()
  }

  #tell(news: EventName, group: Group, isNewVersion: boolean): void {
    const { log, version } = this.#options
    const current = Math.floor(this.#now() / minute)
    if (this.#lines.minute !== current) this.#lines = { minute: current, written: 0 }
    if (++this.#lines.written > linesPerMinute) return
    if (this.#lines.written === linesPerMinute) log.warn('many new errors', { held: this.#groups.size, most: this.#most })
    else {
      const { fingerprint, type, code, where, count } = group.toView(this.#now())
      log.warn(news, { fingerprint, type, code, where, version, newVersion: isNewVersion, count })
    }
  }

  #tellUnreadable(error: unknown): void {
    if (!this.#unreadable) this.#options.log.warn('error groups unreadable', { error })
    this.#unreadable = true
  }

  #writeSoon(): void {
    if (this.#files === undefined || this.#isClosed || this.#cancelWrite !== undefined) return
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
      await this.#files!.write([...this.#groups.values()].map((group) => group.toKept(now)))
      this.#unwritable = false
      if (!this.#isClosed) await this.#readOthers()
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
