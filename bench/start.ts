import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { root, startServer } from './lib/process.ts'
import { keep } from './lib/report.ts'
import { show, spread } from './lib/rounds.ts'

/** From `npm start` to the first 200, and what of it is the framework's own. */
export async function run(): Promise<void> {
  const cold: number[] = []
  const warm: number[] = []
  for (let i = 0; i < 5; i++) {
    const folder = mkdtempSync(join(tmpdir(), 'throughline-start-'))
    cold.push(await firstAnswer(folder))
    warm.push(await firstAnswer(folder))
    rmSync(folder, { recursive: true })
  }
  const wiring = Array.from({ length: 5 }, bootWithoutDatabase)
  keep('start', {
    order: 3,
    title: 'Start',
    method:
      '`npm start` in a new process until `GET /api/v1/products` answers 200, five times. Cold: an empty data folder, so the database is made, migrated and seeded. Without database: a new process that loads, wires and compiles the Orders API. All of them with the compile cache of earlier starts.',
    columns: ['', 'milliseconds, median (lowest–highest)', 'goal'],
    rows: [
      ['cold `npm start` to first 200', show(spread(cold), 0), '< 5,000'],
      ['warm `npm start` to first 200', show(spread(warm), 0), '< 1,500'],
      ['Orders API without its database', show(spread(wiring), 0), '< 300'],
    ],
    chart: { values: [1] },
  })
}

async function firstAnswer(dataDir: string): Promise<number> {
  const began = performance.now()
  const server = await startServer(['start'], { DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'warn' }, 'npm')
  const response = await fetch(`${server.url}/api/v1/products`)
  const elapsed = performance.now() - began
  if (response.status !== 200) throw new Error(`GET /api/v1/products answered ${response.status}`)
  await server.stop()
  return elapsed
}

/** The whole life of a process that does nothing else, the start of Node included. */
function bootWithoutDatabase(): number {
  const script = `import { inspect } from 'throughline'; import { ordersApplication } from './orders/src/application.ts'; if (inspect(ordersApplication, { sources: { env: {}, argv: [] } }).pipelines.length < 10) process.exit(1)`
  const began = performance.now()
  const { status } = spawnSync(process.execPath, ['-C', '@throughline/source', '--input-type=module', '-e', script], {
    cwd: root,
    env: { ...process.env, NODE_COMPILE_CACHE: '.cache/node' },
    stdio: 'inherit',
  })
  if (status !== 0) throw new Error('the Orders API could not be wired')
  return performance.now() - began
}
