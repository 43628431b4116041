import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { KeptGroup } from './group.ts'

const format = 1

/** Groups in a file, one JSON document, whole or not at all: it is written beside the old one and takes its place. */
export class GroupFile {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  /** Nothing when there is no file yet. Rejects when it cannot be read or is not ours. */
  async read(): Promise<readonly KeptGroup[]> {
    let text: string
    try {
      text = await readFile(this.#path, 'utf8')
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
      throw error
    }
    const { version, groups } = JSON.parse(text) as { version?: number; groups?: unknown }
    if (version !== format || !Array.isArray(groups) || !groups.every(isKept))
      throw new Error(`${this.#path} is not a file of error groups.`)
    return groups
  }

  async write(groups: readonly KeptGroup[]): Promise<void> {
    const beside = `${this.#path}.${process.pid}.new`
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 })
    await writeFile(beside, JSON.stringify({ version: format, groups }), { mode: 0o600 })
    await rename(beside, this.#path)
  }
}

const numbers = ['count', 'firstAt', 'lastAt', 'trendAt', 'until'] as const
const lists = ['routes', 'actorHashes', 'versions', 'traces', 'perMinute'] as const
const states: readonly unknown[] = ['open', 'resolved', 'ignored', 'snoozed']

function isKept(value: unknown): value is KeptGroup {
  if (typeof value !== 'object' || value === null) return false
  const group = value as Record<string, unknown>
  return (
    typeof group['fingerprint'] === 'string' &&
    typeof group['type'] === 'string' &&
    typeof group['message'] === 'string' &&
    states.includes(group['state']) &&
    numbers.every((name) => typeof group[name] === 'number') &&
    lists.every((name) => Array.isArray(group[name]))
  )
}
