import { mkdir, open, readdir, readFile, rm, stat, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import type { Clock } from './clock.ts'
import type { Log } from './log.ts'

export interface JournalOptions {
  folder: string
  /** Begins the names of its files. */
  name: string
  /** Bytes that all its files may have together; the oldest file goes when there are more. */
  maxBytes: number
  /** Milliseconds after its last record when a file goes. Default: never. */
  maxAge?: number
  /** The first record of every file. */
  head?: () => string
  clock: Clock
  log: Log
}

const shares = 8
const mostFiles = 500

/**
 * Records on disk, the newest of them, in files that are only ever added to. It survives a killed process, and a full disk: what cannot be
 * written is counted. Every process begins files of its own, so that several may share a folder. Only this user may read them. Nothing is synced: a power cut takes the last seconds.
 */
export class Journal {
  readonly #options: JournalOptions
  #file: FileHandle | undefined
  #size = 0
  /** A write broke off: the next record begins a line of its own. */
  #torn = false
  #failing = false
  #lost = 0
  #last: Promise<void> = Promise.resolve()

  constructor(options: JournalOptions) {
    this.#options = options
  }

  /** How many records could not be written. */
  get lost(): number {
    return this.#lost
  }

  /** Writes records, JSON each, behind those before them. Never rejects. */
  append(records: readonly string[]): Promise<void> {
    return (this.#last = this.#last.then(() => this.#write(records)))
  }

  /** The records of one file after the other, the newest file first; in a file the oldest record first. What is damaged is passed over. */
  async *files(): AsyncGenerator<unknown[]> {
    const names = await this.#names().catch(() => [])
    for (const name of names.toReversed()) {
      const text = await readFile(join(this.#options.folder, name), 'utf8').catch(() => '')
      yield text.split('\n').flatMap(fromLine)
    }
  }

  async close(): Promise<void> {
    await this.#last
    await this.#file?.close().catch(() => {})
    this.#file = undefined
  }

  async #write(records: readonly string[]): Promise<void> {
    const { log, folder, name, head } = this.#options
    try {
      const file = (this.#file ??= await this.#begin())
      const heads = this.#size === 0 && head !== undefined ? [head()] : []
      const bytes = Buffer.from((this.#torn ? '\n' : '') + [...heads, ...records].map(toLine).join(''))
      this.#torn = true
      await file.appendFile(bytes)
      this.#torn = false
      this.#size += bytes.length
      if (this.#failing) log.info('can be written again', { folder, name, lost: this.#lost })
      this.#failing = false
      if (this.#size >= this.#options.maxBytes / shares) await this.#end()
    } catch (error) {
      this.#lost += records.length
      if (!this.#failing) log.warn('cannot be written', { folder, name, error })
      this.#failing = true
    }
  }

  async #begin(): Promise<FileHandle> {
    const { folder, name } = this.#options
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await this.#prune()
    for (let number = numberOf((await this.#names()).at(-1)) + 1; ; number++) {
      try {
        const file = await open(join(folder, `${name}-${String(number).padStart(8, '0')}.jsonl`), 'ax', 0o600)
        this.#size = 0
        this.#torn = false
        return file
      } catch (error) {
        // Another process took the number.
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      }
    }
  }

  async #end(): Promise<void> {
    const file = this.#file
    this.#file = undefined
    await file?.close()
  }

  /** Makes room for another file. */
  async #prune(): Promise<void> {
    const { folder, maxBytes, maxAge = Infinity, clock } = this.#options
    const eldest = clock.now().getTime() - maxAge
    let room = maxBytes - maxBytes / shares
    let left = mostFiles
    for (const name of (await this.#names()).toReversed()) {
      const path = join(folder, name)
      const { size, mtimeMs } = await stat(path)
      room -= size
      left--
      if (room < 0 || left < 0 || mtimeMs < eldest) await rm(path, { force: true })
    }
  }

  /** Oldest first. */
  async #names(): Promise<string[]> {
    const { folder, name } = this.#options
    const all = await readdir(folder)
    return all
      .filter((one) => one.startsWith(`${name}-`) && /-\d{8,}\.jsonl$/.test(one))
      .toSorted((one, other) => numberOf(one) - numberOf(other))
  }
}

function numberOf(name: string | undefined): number {
  return Number(/-(\d+)\.jsonl$/.exec(name ?? '')?.[1] ?? 0)
}

function toLine(json: string): string {
  return `${crc32(json).toString(16).padStart(8, '0')} ${json}\n`
}

function fromLine(line: string): unknown[] {
  const json = line.slice(9)
  if (Number.parseInt(line.slice(0, 8), 16) !== crc32(json)) return []
  return [JSON.parse(json)]
}
