import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Clock } from '../../std/clock.ts'
import { Load, type LoadOptions } from './load.ts'

/** A clock whose timers run as late as the test says: that of a busy process. */
function busyClock() {
  let now = 0
  let timers: { due: number; work: () => void }[] = []
  const clock: Clock = {
    now: () => new Date(now),
    monotonic: () => now,
    after(ms, work) {
      timers.push({ due: now + ms, work })
      return () => {}
    },
  }
  /** Runs the next timer so much too late. */
  const turn = (late: number) => {
    const [next] = timers
    if (next === undefined) return
    timers = timers.slice(1)
    now = next.due + late
    next.work()
  }
  return { clock, turn, get waiting() { return timers.length } } // prettier-ignore
}

function setup(options: Partial<LoadOptions> = {}) {
  const time = busyClock()
  const shed: string[] = []
  const load = new Load({ clock: time.clock, onShed: (priority) => shed.push(priority), ...options })
  const turns = (count: number, late: number) => {
    for (let i = 0; i < count; i++) {
      load.refuses('high')
      time.turn(late)
    }
  }
  const refusedOf = (priority: 'high' | 'normal' | 'low', count: number) =>
    Array.from({ length: count }, () => load.refuses(priority)).filter(Boolean).length
  return { load, time, turns, refusedOf, shed }
}

describe('load', () => {
  it('refuses nobody while work gets its turn in time, however much of it there is · M15.13', () => {
    const { turns, refusedOf, load } = setup()
    turns(200, 199)
    assert.deepEqual([refusedOf('low', 10_000), load.pressure, load.delay], [0, 0, 199])
  })

  it('refuses nobody because of one long step, or of a burst shorter than the interval · M15.13', () => {
    const { turns, refusedOf } = setup()
    turns(1, 60_000)
    turns(1, 0)
    turns(3, 250)
    turns(1, 10)
    turns(3, 250)
    assert.equal(refusedOf('low', 100), 0)
  })

  it('refuses the least important first, a growing share, then the next rank, when the wait stays above its target · M15.13', () => {
    const { turns, refusedOf, load } = setup({ target: 200, interval: 1_000 })
    turns(5, 250)
    assert.equal(load.pressure, 0.3)
    assert.deepEqual([refusedOf('low', 100), refusedOf('normal', 100), refusedOf('high', 100)], [30, 0, 0])
    turns(4, 250)
    assert.equal(load.pressure, 1.5)
    assert.deepEqual([refusedOf('low', 100), refusedOf('normal', 100), refusedOf('high', 100)], [100, 50, 0])
    turns(50, 250)
    assert.deepEqual([load.pressure, refusedOf('high', 100)], [3, 100])
  })

  it('serves everybody again when the wait is short again, slower than it began to refuse · M15.13', () => {
    const { turns, refusedOf, load } = setup()
    turns(9, 250)
    turns(30, 0)
    assert.ok(load.pressure > 0 && load.pressure < 1)
    turns(30, 0)
    assert.deepEqual([load.pressure, refusedOf('low', 100)], [0, 0])
  })

  it('says whom it refused · M15.13', () => {
    const { turns, refusedOf, shed } = setup()
    turns(9, 250)
    refusedOf('low', 2)
    assert.deepEqual(shed, ['low', 'low'])
  })

  it('runs no timer while nobody asks for anything', () => {
    const { load, time } = setup()
    assert.equal(time.waiting, 0)
    load.refuses('normal')
    time.turn(0)
    assert.equal(time.waiting, 1)
    time.turn(0)
    assert.equal(time.waiting, 0)
  })
})
