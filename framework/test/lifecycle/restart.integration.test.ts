import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { startInstance } from './instance.ts'
import { KeepAliveClient, Tally } from './keep-alive-client.ts'

const clients = 200
/** Milliseconds between an answer and the next request of the same client: 200 of them ask some 800 times a second. */
const thinking = 250

/** Clients that ask again and again until `over`; each starts somewhere else in its pause. */
function load(port: () => number, tally: Tally, over: AbortSignal): Promise<unknown> {
  return Promise.all(
    Array.from({ length: clients }, async (_, index) => {
      const client = new KeepAliveClient(port)
      await pause((thinking * index) / clients)
      for (let n = 0; !over.aborted; n++) {
        tally.add(await client.post(n))
        await pause(thinking)
      }
      client.close()
    }),
  )
}

/** Resolves when `done()`, which every answer may make true. */
async function until(done: () => boolean): Promise<void> {
  while (!done()) await pause(5)
}

describe(`${clients} clients that keep their connections`, () => {
  it('POST through a restart and see no reset: only, for a moment, nobody who listens · M18.3 M18.4 M18.7', async (t) => {
    const first = await startInstance(t)
    const { port } = first
    const over = new AbortController()
    t.after(() => over.abort())
    const before = new Tally()
    const loaded = load(() => port, before, over.signal)
    await until(() => before.counts.answered > clients)
    first.kill('SIGTERM')
    const exit = await first.exited
    assert.deepEqual([exit.code, exit.signal], [0, null])

    const second = await startInstance(t, { PORT: String(port) })
    await until(() => (before.pids.get(second.child.pid!) ?? 0) > clients)
    over.abort()
    await loaded
    assert.deepEqual([before.counts.reset, before.counts.failed], [0, 0])
    assert.ok(before.counts.refused > 0)
  })

  it('POST through a hand-over of the port and see nothing at all · M18.4 M18.12', async (t) => {
    const settings = { REUSE_PORT: 'true' }
    const first = await startInstance(t, settings)
    const over = new AbortController()
    t.after(() => over.abort())
    const tally = new Tally()
    const loaded = load(() => first.port, tally, over.signal)
    await until(() => tally.counts.answered > clients)
    const second = await startInstance(t, { ...settings, PORT: String(first.port) })
    first.kill('SIGTERM')
    assert.equal((await first.exited).code, 0)
    await until(() => (tally.pids.get(second.child.pid!) ?? 0) > clients)
    over.abort()
    await loaded
    const { answered, ...others } = tally.counts
    assert.deepEqual(others, { reset: 0, refused: 0, failed: 0 })
    t.diagnostic(`${answered} requests, ${tally.pids.get(first.child.pid!)} of them to the first process`)
  })
})
