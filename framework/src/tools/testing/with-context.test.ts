import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ambient, current } from '../../std/ambient.ts'
import { withContext } from './with-context.ts'

describe('withContext', () => {
  it('is the request for everything that work calls, however late, and for nothing else · M08.16', async () => {
    const actor = { id: 'alice', roles: ['support'] }
    const seen = await withContext({ actor, id: 'request-7' }, async (c) => {
      await new Promise(setImmediate)
      return [c.actor, current().actor, current().id, c.params]
    })
    assert.deepEqual(seen, [actor, actor, 'request-7', {}])
    assert.equal(ambient.get(), undefined)
  })

  it('fires the signal that it was given', () => {
    const { signal } = withContext({ signal: AbortSignal.abort('gone') }, () => current())
    assert.equal(signal.reason, 'gone')
  })
})
