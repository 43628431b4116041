import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../std/clock.ts'
import { isKept } from './kept.ts'
import type { KeptGroup } from './group.ts'

const format = 1
const minute = 60_000
const touchEvery = 5 * minute
/** Whoever owns a file that was not touched for so long is gone. */
const goneAfter = 3 * touchEvery
const maxAge = 15 * 24 * 60 * minute
const mostFiles = 32
const mostBytes = 8 << 20
/** `free` ones were left by a process that ended as it should. */
const pattern = /^errors-[\da-f]{12}(\.free)?\.json$/
const draft = /^errors-[\da-f]{12}\.json\.new$/

interface Found {
  readonly name: string
  readonly path: string
  readonly size: number
  readonly mtimeMs: number
}

/**
 * Groups in a folder, one JSON document for each process, whole or not at all: it is written beside the old one and takes its place. So several
 * processes may share a folder, and what they counted is added up by whoever reads. A process that begins goes on with the file of one that ended:
 * there are never more files than there were processes at once.
 */
export class GroupFiles {
  readonly #folder: string
  readonly #clock: Clock
  readonly #own: string
  readonly #free: string
  #seen = ''
  #cancelTouch: () => void = () => {}

  constructor(folder: string, clock: Clock) {
    this.#folder = folder
    this.#clock = clock
    const id = randomBytes(6).toString('hex')
    this.#own = join(folder, `errors-${id}.json`)
    this.#free = join(folder, `errors-${id}.free.json`)
  }

  /** Takes over what a process left that has ended, and removes what is too old. Rejects when it cannot be read or is not ours. */
  async open(): Promise<readonly KeptGroup[]> {
    this.#touchLater()
    const found = await this.#find()
    for (const { path } of await this.#removeOld(found)) {
      // Of two that begin at once, one gets it.
      if (await isDone(rename(path, this.#own))) return readGroups(this.#own)
    }
    return []
  }

  /** What the others counted, one list for each; undefined when that is as it was the last time. `broken` hears of files that are not ours. */
  async others(broken: (error: unknown) => void): Promise<readonly (readonly KeptGroup[])[] | undefined> {
    const found = (await this.#find())
      .filter(({ name, path, size }) => pattern.test(name) && path !== this.#own && size <= mostBytes)
      .slice(0, mostFiles)
    const seen = found.map(({ name, size, mtimeMs }) => `${name} ${size} ${mtimeMs}`).join('\n')
    if (seen === this.#seen) return undefined
    const lists = await Promise.all(
      found.map(({ path }) =>
        readGroups(path).catch((error: unknown) => {
          // It may just have been taken over, under another name.
          if (!isMissing(error)) broken(error)
          return []
        }),
      ),
    )
    this.#seen = seen
    return lists
  }

  async write(groups: readonly KeptGroup[]): Promise<void> {
    const beside = `${this.#own}.new`
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    await writeFile(beside, JSON.stringify({ version: format, groups }), { mode: 0o600 })
    await this.#touch(beside)
    await rename(beside, this.#own)
  }

  /** Leaves the file to the next one. */
  async close(): Promise<void> {
    this.#cancelTouch()
    await isDone(rename(this.#own, this.#free))
  }

  #touchLater(): void {
    this.#cancelTouch = this.#clock.after(touchEvery, () => {
      this.#touchLater()
      void isDone(this.#touch(this.#own))
    })
  }

  /** With the clock that is asked how long ago it was. */
  #touch(path: string): Promise<void> {
    const now = this.#clock.now()
    return utimes(path, now, now)
  }

  /** The newest first. */
  async #find(): Promise<Found[]> {
    const names = await readdir(this.#folder).catch(emptyWhenMissing)
    const found = await Promise.all(
      names
        .filter((name) => pattern.test(name) || draft.test(name))
        .map(async (name): Promise<Found[]> => {
          const path = join(this.#folder, name)
          // It may have been renamed in between.
          const about = await stat(path).catch(() => undefined)
          return about === undefined ? [] : [{ name, path, size: about.size, mtimeMs: about.mtimeMs }]
        }),
    )
    return found.flat().toSorted((one, other) => other.mtimeMs - one.mtimeMs)
  }

  /** Those that nobody owns any more and that are worth to go on with. */
  async #removeOld(found: readonly Found[]): Promise<Found[]> {
    const now = this.#clock.now().getTime()
    const left: Found[] = []
    for (const [index, one] of found.entries()) {
      const isGone = one.mtimeMs < now - goneAfter
      const isTooMuch = draft.test(one.name) || index >= mostFiles || one.mtimeMs < now - maxAge
      if (isGone && isTooMuch) await rm(one.path, { force: true })
      else if (isGone || pattern.exec(one.name)?.[1] !== undefined) left.push(one)
    }
    return left
  }
}

async function readGroups(path: string): Promise<readonly KeptGroup[]> {
  const { version, groups } = JSON.parse(await readFile(path, 'utf8')) as { version?: number; groups?: unknown }
  if (version !== format || !Array.isArray(groups) || !groups.every(isKept)) throw new Error(`${path} is not a file of error groups.`)
  return groups
}

function emptyWhenMissing(error: unknown): string[] {
  if (isMissing(error)) return []
  throw error
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

function isDone(work: Promise<void>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  )
}
