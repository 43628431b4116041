import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { BootError } from '../../../std/errors.ts'

/**
 * Migrations that belong together, applied in the order of their names: a folder of `NNNN-title.sql` files, or steps in code.
 *
 * An application passes its own set and those of the framework's services it uses.
 */
export type MigrationSet =
  | { readonly name: string; readonly from: URL }
  | { readonly name: string; readonly steps: readonly MigrationStep[] }

/** One migration. Its `name` is a number and a title: `0001-accounts`. */
export interface MigrationStep {
  readonly name: string
  /**
   * `-- no-transaction` as the first line runs it outside of one: then it must be a single statement that may be repeated,
   * such as `create index concurrently if not exists …`.
   */
  readonly sql: string
}

/** A step with all that the runner needs to know about it. */
export interface Migration extends MigrationStep {
  readonly set: string
  /** What a person is told: the path of the file, or `SET/NAME`. */
  readonly source: string
  /** SHA-256, in hex. */
  readonly checksum: string
  readonly transactional: boolean
}

/** All migrations in the order in which they are applied. Throws `migration-invalid`. */
export async function readSets(sets: readonly MigrationSet[]): Promise<Migration[]> {
  const all: Migration[] = []
  for (const set of sets) {
    if (sets.some((other) => other !== set && other.name === set.name))
      throw new BootError('migration-invalid', `Two migration sets are called "${set.name}".`)
    const steps = 'steps' in set ? set.steps.map((step) => ({ ...step, source: `${set.name}/${step.name}` })) : await readFolder(set.from)
    const sorted = steps.toSorted((a, b) => (a.name < b.name ? -1 : 1))
    for (const [index, step] of sorted.entries()) {
      assertName(step, sorted[index - 1])
      all.push({ ...step, set: set.name, checksum: checksum(step.sql), transactional: !/^--\s*no-transaction\b/.test(step.sql) })
    }
  }
  return all
}

async function readFolder(from: URL): Promise<(MigrationStep & { source: string })[]> {
  const folder = new URL(from.href.endsWith('/') ? from.href : from.href + '/')
  const names = await readdir(folder).catch((error: unknown) => {
    throw new BootError('migration-invalid', `The migrations cannot be read from ${fileURLToPath(folder)}.`, { cause: error })
  })
  const files = names.filter((name) => name.endsWith('.sql'))
  return Promise.all(
    files.map(async (file) => {
      const source = new URL(file, folder)
      return { name: file.slice(0, -'.sql'.length), sql: await readFile(source, 'utf8'), source: fileURLToPath(source) }
    }),
  )
}

function assertName(step: MigrationStep & { source: string }, before: MigrationStep | undefined): void {
  if (!/^\d{4}-[a-z0-9-]+$/.test(step.name)) {
    throw new BootError('migration-invalid', `${step.source} is not named NNNN-title: four digits, then small letters, digits and hyphens.`)
  }
  if (before?.name.slice(0, 4) === step.name.slice(0, 4)) {
    throw new BootError('migration-invalid', `${step.source} and ${before.name} have the same number. Give one of them the next free one.`)
  }
}

function checksum(sql: string): string {
  // Git may write CRLF on one machine and LF on another; neither is an edit.
  return createHash('sha256').update(sql.replaceAll('\r\n', '\n')).digest('hex')
}
