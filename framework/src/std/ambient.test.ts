import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ambient, current, type Ambient } from './ambient.ts'
import { silentLog } from './log.ts'

const request = (id: string): Ambient => ({ id, route: 'GET /', signal: new AbortController().signal, log: silentLog })

describe('ambient', () => {
  it('follows each of two interleaved calls through their awaits, and neither outside', async () => {
    const gate = Promise.withResolvers<void>()
    const work = async () => {
      await gate.promise
      return ambient.get()?.id
    }
    const both = Promise.all([ambient.run(request('a'), work), ambient.run(request('b'), work)])
    gate.resolve()
    assert.deepEqual(await both, ['a', 'b'])
    assert.equal(ambient.get(), undefined)
  })

  it('is an error where there is no request, which says what to do', () => {
    assert.throws(() => current(), /^Error: No request is kept at hand: call ambient\.want\(\)|^Error: There is no request here/)
    assert.equal(
      ambient.run(request('a'), () => current().id),
      'a',
    )
  })
})
