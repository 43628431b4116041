import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { testClock } from '../../tools/testing/test-clock.ts'
import { InFlight, type Listed } from './in-flight.ts'

function world() {
  const clock = testClock()
  const cut: string[] = []
  const inFlight = new InFlight(clock, (c, reason) => cut.push(`${c.route} ${(reason as Error & { code: string }).code}`))
  const arrive = (route: string) => {
    const reasons: Error[] = []
    const c = { route, started: clock.monotonic(), due: 0, abort: (reason: Error) => reasons.push(reason), reasons }
    return c as unknown as Listed & { reasons: (Error & { code: string; status: number })[] }
  }
  return { clock, cut, inFlight, arrive }
}

describe('InFlight', () => {
  it('cuts a request with 504 when its deadline is over, and fires its signal · M07.21', () => {
    const { clock, cut, inFlight, arrive } = world()
    const c = arrive('slow')
    inFlight.list(100).add(c)
    clock.advance(99)
    assert.deepEqual(cut, [])
    clock.advance(1)
    assert.deepEqual(cut, ['slow deadline-exceeded'])
    assert.equal(c.reasons[0]?.status, 504)
    assert.equal(inFlight.count, 0)
  })

  it('forgets a request that was answered, wherever in the list it stands', () => {
    const { clock, cut, inFlight, arrive } = world()
    const [a, b, c] = [arrive('a'), arrive('b'), arrive('c')]
    const list = inFlight.list(100)
    for (const request of [a, b, c]) list.add(request)
    list.remove(b)
    list.remove(a)
    list.remove(a)
    assert.equal(inFlight.count, 1)
    clock.advance(100)
    assert.deepEqual(cut, ['c deadline-exceeded'])
    list.remove(c)
    assert.equal(inFlight.count, 0)
  })

  it('keeps one timer for any number of requests', () => {
    const { clock, inFlight, arrive } = world()
    for (let i = 0; i < 1000; i++) inFlight.list(100).add(arrive('many'))
    assert.equal(clock.waiting, 1)
    clock.advance(100)
    assert.equal(inFlight.count, 0)
    assert.equal(clock.waiting, 0)
  })

  it('holds each deadline apart', () => {
    const { clock, cut, inFlight, arrive } = world()
    inFlight.list(1000).add(arrive('long'))
    clock.advance(10)
    inFlight.list(50).add(arrive('short'))
    clock.advance(50)
    assert.deepEqual(cut, ['short deadline-exceeded'])
    clock.advance(1000)
    assert.deepEqual(cut, ['short deadline-exceeded', 'long deadline-exceeded'])
  })

  it('cuts all that is left at shutdown, oldest first, and says what it was · M18.5', () => {
    const { cut, inFlight, arrive } = world()
    inFlight.list(100).add(arrive('a'))
    inFlight.list(100).add(arrive('b'))
    assert.deepEqual(inFlight.cutAll(), ['a', 'b'])
    assert.deepEqual(cut, ['a shutting-down', 'b shutting-down'])
  })
})
