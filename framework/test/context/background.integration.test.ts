import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { application } from 'throughline'
import { serverSettings, settings } from 'throughline/config'
import { endpoint } from 'throughline/contract'
import { after, implement } from 'throughline/http'
import { bootTest } from 'throughline/testing'

const contract = { visit: endpoint('POST /visits', { summary: 'Visit', auth: 'none', status: 204 }) }

function shop(work: (signal: AbortSignal) => unknown) {
  return application({
    name: 'shop',
    version: '1.0.0',
    settings: settings(serverSettings),
    wire: () => ({ routes: implement(contract, { visit: (c) => after(c, work) }) }),
  })
}

describe('work behind an answer, when the process stops', () => {
  it('is waited for, and the stop is clean · M08.14', async () => {
    const go = Promise.withResolvers<void>()
    const order: string[] = []
    const running = await bootTest(
      shop(async () => {
        await go.promise
        order.push('worked')
      }),
    )
    assert.equal((await fetch(`${running.url}/visits`, { method: 'POST' })).status, 204)
    const closing = running.close().then((code) => order.push(`closed ${code}`))
    go.resolve()
    await closing
    assert.deepEqual(order, ['worked', 'closed 0'])
  })

  it('is told when the grace is over · M08.12 M08.14', async () => {
    const told = Promise.withResolvers<unknown>()
    const running = await bootTest(
      shop((signal) => new Promise<void>((resolve) => signal.addEventListener('abort', () => (told.resolve(signal.reason), resolve())))),
    )
    assert.equal((await fetch(`${running.url}/visits`, { method: 'POST' })).status, 204)
    const closing = running.close()
    running.lifecycle.force()
    assert.equal(((await told.promise) as { code: string }).code, 'shutting-down')
    assert.equal(await closing, 1)
  })
})
