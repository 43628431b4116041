import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { testClock } from '../testing/test-clock.ts'
import { Stopwatch } from './stopwatch.ts'

const phases = ['dns', 'tcp', 'tls', 'request', 'waiting', 'content'] as const

describe('the stopwatch', () => {
  it('measures phases that add up to the total, whatever their lengths · M01.1', () => {
    const length = fc.double({ min: 0, max: 1e6, noNaN: true })
    fc.assert(
      fc.property(fc.array(length, { minLength: 6, maxLength: 6 }), (lengths) => {
        const clock = testClock()
        clock.advance(0.123456789)
        const watch = new Stopwatch(clock)
        for (const [index, name] of phases.entries()) {
          watch.begin(name)
          clock.advance(lengths[index]!)
        }
        const { phases: measured, total } = watch.stop()
        const sum = measured.reduce((all, { ms }) => all + ms, 0)
        assert.ok(Math.abs(sum - total) < 0.001)
      }),
    )
  })

  it('gives no time to what had not to be done · M01.4', () => {
    const clock = testClock()
    const watch = new Stopwatch(clock)
    watch.pass('dns', 'not asked')
    clock.advance(3)
    watch.pass('tcp', 'reused')
    watch.begin('request')
    clock.advance(4)
    const { phases: measured, total } = watch.stop()
    assert.deepEqual(
      measured.map(({ name, start, ms }) => [name, start, ms]),
      [
        ['dns', 0, 0],
        ['tcp', 0, 0],
        ['request', 0, 7],
      ],
    )
    assert.equal(total, 7)
  })

  it('marks the phase in which it went wrong', () => {
    const watch = new Stopwatch(testClock())
    watch.begin('dns')
    watch.tell('dns', 'asked')
    const { phases: measured } = watch.stop('dns-timeout')
    assert.deepEqual([measured[0]?.failed, measured[0]?.note], [true, 'asked · dns-timeout'])
  })
})
