import { pino } from 'pino'
import { openLog } from '../framework/src/system/log/index.ts'
import { keep } from './lib/report.ts'
import { alternate, show, spread } from './lib/rounds.ts'

const lines = 50_000
const ids = { requestId: '0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b', traceId: '0199a1b27c3d7e4f8a5b6c7d8e9f0a1b', spanId: '6c7d8e9f0a1b2c3d' }
const access = { ...ids, method: 'GET', route: 'GET /api/v1/orders/{orderId}', status: 200, bytes: 1_234, ms: 1.23 }
const order = { orderId: ids.requestId, userId: 'user-0190', total: 524.49, currency: 'USD', note: 'please leave it with the neighbours' }
const failure = { error: Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' }) }

/** What one line costs, everything included but the disk: masked, made into JSON, collected and handed to the system. */
export async function run(): Promise<void> {
  const file = { path: '/dev/null' }
  const log = openLog({ file, flood: false, base: { service: 'orders', version: '1.0.0', instance: 'a-1' } })
  const alone = pino(
    { base: { service: 'orders', version: '1.0.0', instance: 'a-1' } },
    pino.destination({ dest: '/dev/null', sync: true, minLength: 16_000 }),
  )
  const watched = openLog({ file })
  watched.change({ level: 'debug', forMs: 3_600_000, userId: 'somebody else' })
  const cases = {
    'a request': () => log.info('request', access),
    'an order placed': () => log.info('order placed', order),
    'a failure with its stack': () => log.error('query failed', failure),
    'a debug line, switched off': () => log.debug('detail', order),
    'a debug line, while one user is watched': () => watched.debug('detail', order),
    'a request, pino alone': () => alone.info(access, 'request'),
  }
  const names = Object.keys(cases) as (keyof typeof cases)[]
  const measured = await alternate(names, 7, async (name) => {
    const count = name.startsWith('a failure') ? lines / 10 : lines
    const began = process.hrtime.bigint()
    for (let i = 0; i < count; i++) cases[name]()
    return Number(process.hrtime.bigint() - began) / count / 1_000
  })
  keep('log', {
    order: 9,
    title: 'The log',
    method: `${lines.toLocaleString('en')} lines a round to /dev/null, seven rounds in turn: looking for secrets, JSON, collecting, and the system call for every 64 KiB.`,
    columns: ['line', 'µs, median (least–most)'],
    rows: names.map((name) => [name, show(spread(measured[name]))]),
  })
  for (const name of names) console.log(name.padEnd(42), show(spread(measured[name])), 'µs')
}
