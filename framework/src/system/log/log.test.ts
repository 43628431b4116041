import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Redaction } from '../../std/redaction.ts'
import { Secret } from '../../std/secret.ts'
import { testClock } from '../../tools/testing/test-clock.ts'
import { openLog, type LogOptions } from './log.ts'

type Line = Record<string, unknown>

function setUp(options: LogOptions = {}) {
  const raw: string[] = []
  const log = openLog({ clock: testClock(), ...options, destination: { write: (line) => void raw.push(line) } })
  return { log, raw, lines: () => raw.map((line) => JSON.parse(line) as Line) }
}

describe('the log', () => {
  it('writes one JSON line an event, with time, level, base and fields', () => {
    const { log, raw, lines } = setUp({ base: { service: 'orders', version: '1.0.0' } })
    log.info('order placed', { orderId: 7, cents: 4_200 })
    assert.deepEqual(lines(), [
      {
        level: 'info',
        time: '2026-01-01T00:00:00.000Z',
        service: 'orders',
        version: '1.0.0',
        orderId: 7,
        cents: 4_200,
        msg: 'order placed',
      },
    ])
    assert.ok(raw[0]?.endsWith('}\n'))
  })

  it('writes a prepared line as it writes any other', () => {
    const redaction = new Redaction()
    const { log, raw, lines } = setUp({ redaction, base: { service: 'orders' } })
    const told: string[] = []
    log.watch((level) => told.push(level))
    const of = { id: 'r1', actor: { id: 'ann', roles: [] } }
    const write = log.child({ shop: 'a "b"' }).prepare!('request', ['requestId', 'status'])
    assert.equal(write('"requestId":"r1","status":200', of), true)
    log.child({ shop: 'a "b"' }).info('request', { requestId: 'r1', status: 200 })
    assert.equal(raw[0], raw[1])

    log.level = 'warn'
    assert.equal(write('"requestId":"r2","status":200', of), true)
    const stop = log.change({ level: 'info', forMs: 1_000, userId: 'ann' })
    write('"requestId":"r3","status":200', of)
    stop()
    assert.deepEqual(
      lines().map(({ requestId }) => requestId),
      ['r1', 'r1', 'r3'],
    )
    assert.deepEqual(told, ['info', 'info', 'info'])

    redaction.hide(['request-id'])
    assert.equal(write('"requestId":"r4","status":200', of), false)
    assert.equal(raw.length, 3)
  })

  it('keeps what a child adds, also for its own children, and nothing for the parent', () => {
    const { log, lines } = setUp()
    const request = log.child({ requestId: 'r1' })
    request.child({ job: 'j1' }).warn('late')
    request.info('done')
    log.info('alone')
    assert.deepEqual(
      lines().map(({ requestId, job }) => [requestId, job]),
      [
        ['r1', 'j1'],
        ['r1', undefined],
        [undefined, undefined],
      ],
    )
  })

  it('changes its level while running, for children that exist already too', () => {
    const { log, lines } = setUp()
    const child = log.child({ a: 1 })
    for (const level of ['info', 'debug', 'error', 'silent'] as const) {
      log.level = level
      child.debug(`debug at ${level}`)
      child.warn(`warn at ${level}`)
      child.fatal(`fatal at ${level}`)
    }
    assert.deepEqual(
      lines().map(({ msg }) => msg),
      ['warn at info', 'fatal at info', 'debug at debug', 'warn at debug', 'fatal at debug', 'fatal at error'],
    )
    assert.equal(log.level, 'silent')
  })

  it('writes what was thrown with stack, code and causes', () => {
    const { log, lines } = setUp()
    const root = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
    log.error('query failed', { error: new AggregateError([new Error('one of many')], 'no replica', { cause: root }) })
    const error = lines()[0]?.['error'] as { type: string; stack: string; cause: Line; errors: Line[] }
    assert.equal(error.type, 'AggregateError')
    assert.match(error.stack, /no replica\n\s+at /)
    assert.equal(error.cause['code'], 'ECONNREFUSED')
    assert.equal(error.errors[0]?.['message'], 'one of many')
  })

  it('flushes after a fatal line', () => {
    let flushed = 0
    openLog({ destination: { write: () => {}, flush: () => void flushed++ } }).fatal('out of memory')
    assert.equal(flushed, 1)
  })
})

describe('what must not be in the log', () => {
  it('is replaced under every key that looks secret, at any depth, in children and base · M17.4', () => {
    const { log, raw } = setUp({ base: { apiKey: 'CANARY' } })
    const secrets = {
      password: 'CANARY',
      newPassword: 'CANARY',
      access_token: 'CANARY',
      Authorization: 'CANARY',
      'Set-Cookie': ['CANARY'],
      'X-API-Key': 'CANARY',
      clientSecret: { a: 'CANARY' },
      pin: 1234,
    }
    log
      .child({ refreshToken: 'CANARY' })
      .info('logged in', { ...secrets, deep: [{ er: { body: secrets } }], map: new Map([['body', secrets]]) })
    assert.ok(!raw.join('').includes('CANARY'))
    assert.ok(!raw.join('').includes('1234'))
    assert.ok(raw.join('').includes('"password":"[redacted]"'))
  })

  it('are Secrets and the credentials of URLs, wherever they turn up', () => {
    const { log, raw } = setUp()
    const key = new Secret('CANARY')
    const url = 'postgres://bob:CANARY@db/shop'
    log.error('cannot connect', {
      key,
      nested: { key },
      url,
      parsed: new URL(url),
      error: new Error(`no answer from ${url}`, { cause: { url, key } }),
    })
    assert.ok(!raw.join('').includes('CANARY'), raw.join(''))
  })

  it('does not take ordinary fields with it', () => {
    const { log, lines } = setUp()
    const at = new Date(0)
    log.info('ordinary', { monkey: 1, keyboard: 'qwerty', hasPassword: true, token: undefined, at, list: [1, 'a'], none: null })
    assert.deepEqual(lines()[0], {
      level: 'info',
      time: '2026-01-01T00:00:00.000Z',
      monkey: 1,
      keyboard: 'qwerty',
      hasPassword: true,
      at: at.toISOString(),
      list: [1, 'a'],
      none: null,
      msg: 'ordinary',
    })
  })
})

describe('a hostile value', () => {
  it('cannot end its line or forge another · M17.5', () => {
    const { log, raw, lines } = setUp()
    const forged = '\n{"level":"fatal","msg":"forged"}\r\n\u001b[2J\u2028'
    log.info(`event ${forged}`, { value: forged, [forged]: 1, nested: { [forged]: forged } })
    assert.equal(raw.length, 1)
    assert.equal(raw[0]?.indexOf('\n'), raw[0]!.length - 1)
    assert.equal(lines()[0]?.['value'], forged)
  })

  it('cannot replace the time, the level or the event', () => {
    const { log, lines } = setUp()
    log.warn('refused', { level: 'info', time: 0, msg: 'all is well' })
    assert.deepEqual(lines()[0], {
      level: 'warn',
      time: '2026-01-01T00:00:00.000Z',
      level_: 'info',
      time_: 0,
      msg_: 'all is well',
      msg: 'refused',
    })
  })

  it('that is circular, wide, deep, long, or throws when read still makes one bounded line · M17.5', () => {
    const { log, raw, lines } = setUp()
    const circular: Line = { name: 'c' }
    circular['self'] = circular
    circular['again'] = [circular, circular, circular]
    const thousand = Array.from({ length: 1_000 }, () => ({ text: 'x'.repeat(10_000) }))
    const wide = Array.from({ length: 1_000 }, () => thousand)
    const throwing = {
      toJSON(): never {
        throw new Error('no')
      },
    }
    const small = { throwing, big: 10n, bytes: new Uint8Array(1_000_000), symbol: Symbol('s'), run: () => {} }
    log.info('hostile', { ...small, long: 'x'.repeat(1_000_000), circular, wide })
    log.info('getter', {
      get bad(): never {
        throw new Error('no')
      },
    })
    assert.ok(raw[0]!.length < 2_000_000, `${raw[0]!.length}`)
    assert.equal(lines()[0]?.['big'], '10')
    assert.equal(lines()[0]?.['bytes'], '[1000000 bytes]')
    assert.equal(lines()[0]?.['throwing'], '[unreadable]')
    assert.equal(lines()[1]?.['bad'], '[unreadable]')
  })

  it('is escaped for a terminal as well', () => {
    const { log, raw } = setUp({ format: 'pretty' })
    log.info('event\nforged \u001b[2J', { value: 'a\u009b31m\u202e', 'a\nb': '\u0007', ok: 'plain', said: 'two words' })
    assert.deepEqual(raw, [
      String.raw`00:00:00.000 INFO  event\nforged \u001b[2J  value="a\u009b31m\u202e"  "a\nb"="\u0007"  ok=plain  said="two words"` + '\n',
    ])
  })

  it('shows an error and its cause to people as stacks', () => {
    const { log, raw } = setUp({ format: 'pretty' })
    log.error('failed', { error: new Error('outer \u001b[0m', { cause: 'a reason' }) })
    assert.match(
      raw[0] ?? '',
      /^00:00:00\.000 ERROR failed\n {4}Error: outer \\u001b\[0m\n {4} +at [^]*\n {4}caused by:\n {4}"a reason"\n$/,
    )
  })
})
