import { createReadStream, createWriteStream } from 'node:fs'
import { readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { Clock } from '../../std/clock.ts'

interface Options {
  path: string
  keepBytes: number
  keepMs: number
  clock: Clock
}

const stamped = /^\.(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z)-(\d+)(\.gz(?:\.part)?)?$/

/** The files that a log was put away in: `app.log.2026-01-01T00-00-00.000Z-1.gz`. */
export class OldLogs {
  readonly #options: Options
  #made = 0
  #work: Promise<void> = Promise.resolve()

  constructor(options: Options) {
    this.#options = options
  }

  /** A name for the file that is put away now. Counted as well: two in one millisecond must not be one. */
  nameNow(): string {
    const { path, clock } = this.#options
    return `${path}.${clock.now().toISOString().replaceAll(':', '-')}-${++this.#made}`
  }

  /** Compresses what is not and removes what is too old or too much, behind what is under way. What fails is tried again the next time. */
  tidy(): void {
    this.#work = this.#work.then(() => this.#tidy()).catch(() => {})
  }

  get settled(): Promise<void> {
    return this.#work
  }

  async #tidy(): Promise<void> {
    const folder = dirname(this.#options.path)
    for (const { name, ending } of await this.#list()) {
      const path = join(folder, name)
      // Half of one: the process died, or the disk was full.
      if (ending === '.gz.part') await rm(path, { force: true })
      else if (ending === '') await compress(path)
    }
    await this.#prune(folder)
  }

  async #prune(folder: string): Promise<void> {
    const { keepBytes, keepMs, clock } = this.#options
    const oldest = clock.now().getTime() - keepMs
    let bytes = 0
    for (const { name, at } of (await this.#list()).toReversed()) {
      const path = join(folder, name)
      bytes += (await stat(path)).size
      if (at < oldest || bytes > keepBytes) await rm(path, { force: true })
    }
  }

  /** Oldest first. */
  async #list() {
    const { path } = this.#options
    const own = basename(path)
    const found = []
    for (const name of await readdir(dirname(path))) {
      const [, stamp = '', count = '', ending = ''] = (name.startsWith(own) && stamped.exec(name.slice(own.length))) || []
      if (stamp !== '') found.push({ name, ending, count: Number(count), at: Date.parse(stamp.replace(/T(\d\d)-(\d\d)-/, 'T$1:$2:')) })
    }
    return found.toSorted((one, other) => one.at - other.at || one.count - other.count)
  }
}

async function compress(path: string): Promise<void> {
  const part = `${path}.gz.part`
  try {
    await pipeline(createReadStream(path), createGzip(), createWriteStream(part, { mode: 0o640 }))
    await rename(part, `${path}.gz`)
    await rm(path, { force: true })
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
}
