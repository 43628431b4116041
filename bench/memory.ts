import { setTimeout as sleep } from 'node:timers/promises'
import { postgres } from './lib/postgres.ts'
import { startServer } from './lib/process.ts'
import { keep } from './lib/report.ts'

/** Resident memory of an idle Orders API. */
export async function run(): Promise<void> {
  const outside = await postgres()
  const rows: string[][] = []
  for (const [label, env, goal] of [
    ['outside PostgreSQL', { DATABASE_URL: outside.url }, '≤ 160'],
    ['embedded PGlite, in memory', { DATABASE_URL: 'pglite:memory' }, ''],
  ] as const) {
    const server = await startServer(['-C', '@throughline/source', 'orders/src/main.ts'], { ...env, PORT: '0', LOG_LEVEL: 'warn' })
    await fetch(`${server.url}/api/v1/products`)
    await sleep(3000)
    rows.push([label, server.rss().toFixed(0), goal])
    await server.stop()
  }
  await outside.close()
  keep('memory', {
    order: 4,
    title: 'Memory at rest',
    method: 'VmRSS of the Orders API, three seconds after its first answer.',
    columns: ['database', 'MB', 'goal'],
    rows,
    chart: { values: [1] },
  })
}
