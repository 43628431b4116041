import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { testClock } from '../../tools/testing/test-clock.ts'
import { withContext } from '../../tools/testing/with-context.ts'
import { openLog } from './log.ts'

function setUp() {
  const clock = testClock()
  const raw: string[] = []
  const log = openLog({ clock, destination: { write: (line) => void raw.push(line) } })
  const events = () => raw.splice(0).map((line) => (JSON.parse(line) as { msg: string }).msg)
  return { clock, log, events }
}

const alice = { id: 'request-1', actor: { id: 'alice', roles: [] } }
const bob = { id: 'request-2', actor: { id: 'bob', roles: [] } }

describe('the level of a log', () => {
  it('is changed for a while, and is what it was when that is over · M17.1', () => {
    const { clock, log, events } = setUp()
    log.debug('before')
    log.change({ level: 'debug', forMs: 60_000 })
    log.debug('during')
    clock.advance(59_999)
    log.debug('still')
    clock.advance(1)
    log.debug('after')
    assert.deepEqual(events(), ['during', 'still'])
    assert.deepEqual([log.changes, clock.waiting], [[], 0])
  })

  it('is changed for one module and those below it, also to less · M17.1', () => {
    const { log, events } = setUp()
    const db = log.child({ module: 'db' })
    const pool = db.child({ module: 'db.pool' })
    const http = log.child({ module: 'http' })
    const dbx = log.child({ module: 'dbx' })
    log.change({ level: 'debug', forMs: 1_000, module: 'db' })
    log.change({ level: 'error', forMs: 1_000, module: 'http' })
    log.change({ level: 'warn', forMs: 1_000, module: 'db.pool' })
    for (const [name, one] of Object.entries({ log, db, query: db.child({ a: 1 }), pool, http, dbx })) {
      one.debug(`${name} debug`)
      one.warn(`${name} warn`)
    }
    assert.deepEqual(events(), ['log warn', 'db debug', 'db warn', 'query debug', 'query warn', 'pool warn', 'dbx warn'])
  })

  it('is changed for the requests of one user, wherever in the code the line is written · M17.1', () => {
    const { log, events } = setUp()
    log.change({ level: 'debug', forMs: 1_000, userId: 'alice' })
    for (const request of [alice, bob]) {
      const { id, actor } = request
      log.debug(`told of ${actor.id}`, {}, request)
      log.child({ requestId: id }, request).child({ a: 1 }).debug(`child of ${actor.id}`)
      withContext(request, () => log.child({ module: 'db' }).debug(`within ${actor.id}`))
    }
    log.debug('nobody')
    assert.deepEqual(events(), ['told of alice', 'child of alice', 'within alice'])
  })

  it('of a user says more than that of a module, and the newer of two alike replaces the older · M17.1', () => {
    const { clock, log, events } = setUp()
    const db = log.child({ module: 'db' })
    log.change({ level: 'error', forMs: 1_000, module: 'db' })
    log.change({ level: 'debug', forMs: 500, userId: 'alice' })
    db.debug('watched', {}, alice)
    db.warn('others', {}, bob)
    log.change({ level: 'warn', forMs: 2_000, userId: 'alice' })
    db.info('quiet now', {}, alice)
    clock.advance(600)
    assert.deepEqual(
      log.changes.map(({ level, userId }) => [level, userId]),
      [
        ['error', undefined],
        ['warn', 'alice'],
      ],
    )
    assert.deepEqual(events(), ['watched'])
  })

  it('is ended early, once, without ending what came in its place · M17.1', () => {
    const { log, events } = setUp()
    const end = log.change({ level: 'debug', forMs: 1_000 })
    end()
    log.debug('ended')
    log.change({ level: 'debug', forMs: 1_000 })
    end()
    log.debug('the next one')
    assert.deepEqual(events(), ['the next one'])
  })

  it('outlives a change of what it is by itself: SIGHUP while somebody looks · M17.1', () => {
    const { clock, log, events } = setUp()
    log.change({ level: 'debug', forMs: 1_000 })
    log.level = 'error'
    log.debug('looking')
    clock.advance(1_000)
    log.warn('not any more')
    assert.deepEqual([events(), log.level], [['looking'], 'error'])
  })

  it('is not changed to what there is not, nor for ever · M17.1', () => {
    const { log } = setUp()
    assert.throws(() => log.change({ level: 'loud' as 'debug', forMs: 1 }), /no level "loud": choose one of debug, info/)
    for (const forMs of [0, -1, NaN, Infinity, 86_400_001])
      assert.throws(() => log.change({ level: 'debug', forMs }), /for 1 to 86400000 ms/)
  })
})

describe('the request that a line belongs to', () => {
  it('is in it, whoever wrote it: by the log it was given, or because it runs within it · M17.2', () => {
    const raw: string[] = []
    const log = openLog({ clock: testClock(), destination: { write: (line) => void raw.push(line) } })
    const trace = { traceId: 'a'.repeat(32), parentId: 'b'.repeat(16), flags: 0, state: '' }
    const of = { ...alice, trace, spanId: 'c'.repeat(16) }
    log.info('told', { n: 1 }, of)
    withContext(of, () => log.info('within'))
    withContext(of, () => log.child({ requestId: 'another' }).info('named'))
    log.info('outside')
    const ids = raw
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .map(({ requestId, traceId, spanId }) => [requestId, traceId, spanId])
    const full = ['request-1', trace.traceId, of.spanId]
    assert.deepEqual(ids, [full, full, ['another', undefined, undefined], [undefined, undefined, undefined]])
  })
})
