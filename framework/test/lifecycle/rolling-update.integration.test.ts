import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { Cluster, type ClusterOptions } from './cluster.ts'
import { KeepAliveClient, Tally } from './keep-alive-client.ts'

const clients = 50
const perSecond = 500
const period = (clients / perSecond) * 1_000
const propagation = 400

/** Callers that keep their connections, each of which asks at its times whether or not others are slow. */
function load(endpoint: () => number, tally: Tally, over: AbortSignal): Promise<unknown> {
  const began = performance.now()
  return Promise.all(
    Array.from({ length: clients }, async (_, index) => {
      const client = new KeepAliveClient(endpoint)
      for (let n = 0; !over.aborted; n++) {
        await pause(Math.max(0, began + period * (n + index / clients) - performance.now()))
        tally.add(await client.post(n))
      }
      client.close()
    }),
  )
}

/** Two pods are replaced by two others under load. */
async function roll(t: TestContext, options: ClusterOptions) {
  const cluster = new Cluster(options)
  t.after(() => cluster.stop())
  await cluster.scale(2)
  const old = cluster.pids
  const tally = new Tally()
  const over = new AbortController()
  t.after(() => over.abort())
  const began = performance.now()
  const loaded = load(cluster.endpoint, tally, over.signal)
  await cluster.roll()
  // The new ones serve alone for a moment.
  await pause(period * 2)
  over.abort()
  await loaded
  const rate = Math.round(Object.values(tally.counts).reduce((sum, count) => sum + count, 0) / ((performance.now() - began) / 1_000))
  t.diagnostic(`${rate} requests a second: ${JSON.stringify(tally.counts)}`)
  return { cluster, tally, old }
}

describe('a rolling update', () => {
  it(`fails no request at ${perSecond} a second, and needs no SIGKILL · M18.2 M18.3 M18.4 M18.14 M18.17`, async (t) => {
    const settings = { DRAIN_DELAY: '800ms', SHUTDOWN_GRACE: '5s' }
    const { cluster, tally, old } = await roll(t, { settings, propagation, terminationGrace: 10_000 })
    const { answered, ...others } = tally.counts
    assert.deepEqual(others, { reset: 0, refused: 0, failed: 0 })
    assert.ok(answered > 0)
    // All four have served.
    assert.deepEqual(new Set(tally.pids.keys()), new Set([...old, ...cluster.pids]))
    assert.deepEqual(
      cluster.exits.map(({ code }) => code),
      [0, 0],
    )
    assert.equal(cluster.livenessFailures, 0)
  })

  it('fails some where the process goes before everybody knows: what the delay is for · M18.14 M18.17', async (t) => {
    const { tally } = await roll(t, { settings: { DRAIN_DELAY: '0', IDLE_LINGER: '0' }, propagation, terminationGrace: 10_000 })
    assert.ok(tally.counts.refused > 0)
  })
})
