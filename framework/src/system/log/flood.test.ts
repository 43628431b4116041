import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { testClock } from '../../tools/testing/test-clock.ts'
import { openLog, type LogOptions } from './log.ts'

type Line = Record<string, unknown>

function setUp(options: LogOptions = {}) {
  const clock = testClock()
  const raw: string[] = []
  const log = openLog({ clock, level: 'debug', ...options, destination: { write: (line) => void raw.push(line) } })
  const lines = () => raw.splice(0).map((line) => JSON.parse(line) as Line)
  return { clock, log, lines }
}

describe('a line that is written again and again', () => {
  it('is counted beyond the hundredth, and the count is written when the window ends · M17.5', () => {
    const { clock, log, lines } = setUp({ base: { service: 'orders' } })
    for (let i = 0; i < 10_532; i++) log.error('query failed', { error: Object.assign(new Error('no'), { code: 'ECONNREFUSED' }) })
    assert.equal(lines().length, 100)
    clock.advance(10_000)
    const [summary, ...others] = lines()
    assert.deepEqual(
      [summary, others],
      [
        {
          level: 'error',
          time: '2026-01-01T00:00:10.000Z',
          service: 'orders',
          event: 'query failed',
          code: 'ECONNREFUSED',
          times: 10_432,
          overMs: 10_000,
          msg: 'message repeated',
        },
        [],
      ],
    )
    log.error('query failed', { error: Object.assign(new Error('no'), { code: 'ECONNREFUSED' }) })
    assert.equal(lines().length, 1)
  })

  it('is another line with another error, cause, level or event · M17.5', () => {
    const { log, lines } = setUp({ flood: { burst: 1 } })
    const failed = (code: string, cause?: Error) => ({ error: Object.assign(new Error('no', { cause }), { code }) })
    for (let i = 0; i < 5; i++) {
      log.error('query failed', failed('A'))
      log.error('query failed', failed('B'))
      log.error('query failed', failed('A', new RangeError('deeper')))
      log.error('query failed', { code: 'C' })
      log.error('another', failed('A'))
      log.warn('query failed', failed('A'))
    }
    assert.equal(lines().length, 6)
  })

  it('is always written where it informs, is wanted in detail, is the last one, or tells of a request · M17.5', () => {
    const { log, lines } = setUp({ flood: { burst: 1 } })
    for (let i = 0; i < 5; i++) {
      log.info('order placed')
      log.debug('asked')
      log.warn('request', { status: 404 })
      log.fatal('going down')
    }
    assert.equal(lines().filter(({ msg }) => msg !== 'message repeated').length, 20)
  })

  it('is counted to the end: a flush tells what was left out so far · M17.5', () => {
    const { clock, log, lines } = setUp({ flood: { burst: 2 } })
    for (let i = 0; i < 5; i++) log.warn('late')
    log.flush()
    assert.deepEqual(
      lines().map(({ msg, times }) => [msg, times]),
      [
        ['late', undefined],
        ['late', undefined],
        ['message repeated', 3],
      ],
    )
    clock.advance(60_000)
    assert.deepEqual(lines(), [])
  })

  it('is always written where that is wanted, and where there are too many kinds to count · M17.5', () => {
    const all = setUp({ flood: false })
    for (let i = 0; i < 500; i++) all.log.warn('late')
    assert.equal(all.lines().length, 500)
    const kinds = setUp({ flood: { burst: 1 } })
    for (let i = 0; i < 1_500; i++) for (let twice = 0; twice < 2; twice++) kinds.log.warn('late', { code: `code-${i}` })
    assert.equal(kinds.lines().length, 1_000 + 2 * 500)
  })
})
