import { createServer } from 'node:http'
import { lifecycle, handleSignals } from '../../src/system/lifecycle/index.ts'
import { openLog } from '../../src/system/log/index.ts'
import { systemClock } from '../../src/std/clock.ts'
import type { Resource } from '../../src/std/resource.ts'

const log = openLog({ level: 'debug', format: 'json' })
const life = lifecycle({ log, clock: systemClock, grace: Number(process.argv[2]) })

const crash = () => {
  throw new Error('a bug')
}
const server = createServer((request, response) => {
  if (request.url === '/crash') setImmediate(crash)
  // Answered by the drain only: what shows that a request under way is finished.
  life.onChange((state) => {
    if (state === 'draining' && request.url === '/slow') response.end('finished')
  })
  process.send?.('accepted')
})
const http: Resource = {
  name: 'http',
  open: () => new Promise((resolve) => server.listen(0, '127.0.0.1', resolve)),
  close: () =>
    new Promise((resolve) => {
      server.close(() => resolve())
    }),
}
const db: Resource = { name: 'db', open: async () => {}, close: async () => log.info('db closed') }

handleSignals(life, { log, process })
await life.start([db, http])
process.send?.(server.address())
