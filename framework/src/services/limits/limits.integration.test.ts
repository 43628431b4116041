import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { ambient } from '../../std/ambient.ts'
import { Background } from '../../std/background.ts'
import { systemClock } from '../../std/clock.ts'
import { silentLog } from '../../std/log.ts'
import { metrics as openMetrics } from '../../system/metrics/index.ts'
import { testClock } from '../../tools/testing/test-clock.ts'
import { database, type Db } from '../db/index.ts'
import { collectingLog } from '../db/suite/context.ts'
import { limits, limitsMigrations, type Limits, type LimitsOptions, type NamedLimit } from './index.ts'

const once: NamedLimit = { algorithm: 'fixed-window', limit: 1, window: 3_600_000, burst: 1, onStoreDown: 'open' }

describe('a store of rate limits that is down', () => {
  const db: Db = database('pglite:memory', { log: silentLog, clock: systemClock, migrations: [limitsMigrations] })
  const clock = testClock()
  const { log, lines } = collectingLog()
  const meter = openMetrics({ log })
  const options: LimitsOptions = { db, clock, log, meter }
  const store: Limits = limits('db:', options)
  const events = () => lines.map(({ event }) => event)
  after(async () => {
    await store.close()
    await db.close()
  })

  it('is replaced by counts of this process, and the log says so once · M07.9', async () => {
    await store.open()
    assert.equal((await store.take('k', once, 1))?.allowed, true)
    assert.equal((await store.take('k', once, 1))?.allowed, false)
    assert.deepEqual(events(), ['limits.store-down'])
    assert.match(meter.text(), /^rate_limit_fallbacks_total 2$/m)
    const crowd = await Promise.all(Array.from({ length: 20 }, async () => store.take('crowd', once, 1)))
    assert.equal(crowd.filter((verdict) => verdict?.allowed).length, 1)
  })

  it('makes a rule that is closed refuse · M07.9', async () => {
    assert.equal(await store.take('closed', { ...once, onStoreDown: 'closed' }, 1), undefined)
  })

  it('is not asked again for a second, then it is, and used when it is back · M07.9', async () => {
    await db.open()
    assert.equal((await store.take('k', once, 1))?.allowed, false)
    clock.advance(1000)
    assert.equal((await store.take('k', once, 1))?.allowed, true)
    assert.deepEqual(events(), ['limits.store-down', 'limits.store-back'])
  })

  it('gets a place back from a caller who left · M08.10', async () => {
    const place: NamedLimit = { ...once, algorithm: 'concurrency' }
    const controller = new AbortController()
    const background = new Background()
    const request = { id: '1', route: 'GET /', signal: controller.signal, log: silentLog, background }
    await ambient.run(request, async () => {
      const held = await store.hold('place', place, 3_600_000)
      controller.abort(new Error('gone'))
      held!.release()
    })
    await background.close()
    assert.equal((await store.hold('place', place, 3_600_000))?.allowed, true)
  })

  it('must be handed the database, and have a scheme that is known', async () => {
    const opening = (url: string) => limits(url, { clock, log, meter: openMetrics({ log }) }).open()
    await assert.rejects(opening('db:'), { code: 'config-invalid', message: /need the database/ })
    await assert.rejects(opening('redis://h'), { code: 'driver-unknown', message: /memory: db:/ })
  })
})
