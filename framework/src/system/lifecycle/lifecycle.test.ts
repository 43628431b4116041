import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Log, LogFields } from '../../std/log.ts'
import type { Resource } from '../../std/resource.ts'
import { testClock } from '../../tools/testing/test-clock.ts'
import { lifecycle, type LifecycleOptions } from './lifecycle.ts'

/** A log that keeps its lines. */
function keptLog() {
  const lines: (LogFields & { event: string })[] = []
  const keep = (event: string, fields?: LogFields) => void lines.push({ ...fields, event })
  const log: Log = { debug: keep, info: keep, warn: keep, error: keep, fatal: keep, child: () => log }
  return { log, lines, of: (event: string) => lines.filter((line) => line.event === event) }
}

function setUp({ grace = 1_000, drainDelay = 0, ...more }: Partial<LifecycleOptions> = {}) {
  const clock = testClock()
  const kept = keptLog()
  const steps: string[] = []
  const life = lifecycle({ log: kept.log, clock, grace, drainDelay, ...more })
  const resource = (name: string, behaviour: Partial<Resource> = {}): Resource => ({
    name,
    open: async () => void steps.push(`+${name}`),
    close: async () => void steps.push(`-${name}`),
    ...behaviour,
  })
  return { clock, life, steps, resource, ...kept }
}

const never = () => new Promise<void>(() => {})
/** Lets everything happen that needs no time. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('the start', () => {
  it('opens in order and is ready only when everything is open', async () => {
    const { life, steps, resource } = setUp()
    const gate = Promise.withResolvers<void>()
    const seen: string[] = []
    life.onChange((state) => seen.push(state))
    const started = life.start([resource('db'), resource('http', { open: () => gate.promise })])
    await settled()
    assert.deepEqual([life.state, steps], ['starting', ['+db']])
    gate.resolve()
    await started
    assert.equal(life.state, 'ready')
    assert.deepEqual(seen, ['ready'])
  })

  it('that fails closes what was opened, in reverse and without the drain delay, and throws the cause', async () => {
    const { life, steps, resource } = setUp({ drainDelay: 5_000 })
    const cause = new Error('no such database')
    const broken = resource('jobs', { open: () => Promise.reject(cause) })
    await assert.rejects(life.start([resource('db'), resource('cache'), broken, resource('http')]), cause)
    assert.deepEqual(steps, ['+db', '+cache', '-cache', '-db'])
    assert.equal(life.state, 'stopped')
  })

  it('that is stopped half-way opens nothing more and closes what it has', async () => {
    const { life, steps, resource } = setUp()
    const gate = Promise.withResolvers<void>()
    const started = life.start([resource('db', { open: () => gate.promise }), resource('http')])
    const stopped = life.stop('SIGTERM')
    gate.resolve()
    assert.equal(await stopped, 0)
    await started
    assert.deepEqual(steps, ['-db'])
    assert.equal(life.state, 'stopped')
  })

  it('that hangs does not outlive the deadline of a stop', async () => {
    const { clock, life, resource } = setUp({ grace: 1_000 })
    void life.start([resource('db', { open: never })])
    const stopped = life.stop('SIGTERM')
    clock.advance(2_000)
    assert.equal(await stopped, 1)
  })
})

describe('the stop', () => {
  it('closes in reverse and ends with 0 · M18.6 M18.7', async () => {
    const { life, steps, resource } = setUp()
    await life.start([resource('db'), resource('cache'), resource('http')])
    assert.equal(await life.stop('SIGTERM'), 0)
    assert.deepEqual(steps, ['+db', '+cache', '+http', '-http', '-cache', '-db'])
  })

  it('is not ready at once, and closes nothing before the drain delay is over · M18.2 M18.3', async () => {
    const { clock, life, steps, resource } = setUp({ drainDelay: 5_000 })
    await life.start([resource('http')])
    const stopped = life.stop('SIGTERM')
    assert.equal(life.state, 'draining')
    clock.advance(4_999)
    await settled()
    assert.deepEqual(steps, ['+http'])
    clock.advance(1)
    assert.equal(await stopped, 0)
    assert.deepEqual(steps, ['+http', '-http'])
  })

  it('gives work under way the grace, all resources together, then cuts and names what was cut · M18.5 M18.7', async () => {
    const { clock, life, steps, resource, of } = setUp({ grace: 10_000 })
    await life.start([resource('db'), resource('jobs', { close: never }), resource('http')])
    const stopped = life.stop('SIGTERM')
    await settled()
    clock.advance(9_999)
    assert.equal(life.cut.aborted, false)
    clock.advance(1)
    assert.equal(life.cut.aborted, true)
    assert.deepEqual(of('cutting what still runs')[0]?.['open'], ['db', 'jobs'])
    await settled()
    clock.advance(1_000)
    assert.equal(await stopped, 1)
    assert.deepEqual(
      of('cut while closing').map((line) => line['resource']),
      ['jobs'],
    )
    assert.deepEqual(steps, ['+db', '+jobs', '+http', '-http', '-db'])
  })

  it('lets the rest close in the last second when the cut ends what was stuck · M18.5', async () => {
    const { clock, life, steps, resource } = setUp({ grace: 10_000 })
    const http = resource('http', { close: () => new Promise((resolve) => life.cut.addEventListener('abort', () => resolve())) })
    await life.start([resource('db'), http])
    const stopped = life.stop('SIGTERM')
    await settled()
    clock.advance(10_000)
    assert.equal(await stopped, 1)
    assert.deepEqual(steps, ['+db', '+http', '-db'])
  })

  it('goes on past a resource that fails to close, and tells', async () => {
    const { life, steps, resource, of } = setUp()
    const error = new Error('socket hang up')
    await life.start([resource('db'), resource('cache', { close: () => Promise.reject(error) })])
    assert.equal(await life.stop('SIGTERM'), 1)
    assert.deepEqual(steps, ['+db', '+cache', '-db'])
    assert.deepEqual(of('failed to close'), [{ event: 'failed to close', resource: 'cache', error }])
  })

  it('happens once, however often it is asked for', async () => {
    const { life, steps, resource } = setUp()
    await life.start([resource('db')])
    assert.deepEqual(await Promise.all([life.stop('SIGTERM'), life.stop('SIGINT')]), [0, 0])
    assert.deepEqual(steps, ['+db', '-db'])
  })

  it('ends at once when forced, in the drain delay too · M18.1', async () => {
    for (const drainDelay of [0, 5_000]) {
      const { life, resource, clock } = setUp({ drainDelay })
      await life.start([resource('http', { close: never })])
      const stopped = life.stop('SIGINT')
      life.force()
      assert.equal(await stopped, 1)
      assert.equal(clock.now().getTime(), testClock().now().getTime())
    }
  })

  it('leaves no timer behind when all went well', async () => {
    const { clock, life, resource } = setUp({ drainDelay: 10 })
    await life.start([resource('db')])
    const stopped = life.stop('SIGTERM')
    clock.advance(10)
    await stopped
    assert.equal(clock.waiting, 0)
  })
})

describe('the phases of a stop', () => {
  it('follow each other whatever the order of the start, and in each the last opened closes first · M18.6', async () => {
    const { life, steps, resource } = setUp()
    await life.start([
      resource('traces', { phase: 'flush' }),
      resource('http', { phase: 'requests' }),
      resource('db'),
      resource('worker', { phase: 'jobs' }),
      resource('outbox', { phase: 'flush' }),
      resource('sockets', { phase: 'requests' }),
      resource('cache'),
    ])
    steps.length = 0
    assert.equal(await life.stop('SIGTERM'), 0)
    assert.deepEqual(steps, ['-sockets', '-http', '-worker', '-outbox', '-traces', '-cache', '-db'])
  })

  it('begin with taking no new work, everywhere at once and before the drain delay · M18.3 M18.6', async () => {
    const { clock, life, steps, resource, of } = setUp({ drainDelay: 5_000 })
    const draining = (name: string) => resource(name, { drain: () => void steps.push(`~${name}`) })
    const broken = resource('consumer', {
      drain: () => {
        throw new Error('not connected')
      },
    })
    await life.start([draining('worker'), broken, draining('http')])
    steps.length = 0
    const stopped = life.stop('SIGTERM')
    assert.deepEqual(steps, ['~worker', '~http'])
    assert.equal(of('failed to drain')[0]?.['resource'], 'consumer')
    clock.advance(5_000)
    assert.equal(await stopped, 0)
    assert.deepEqual(steps.slice(2), ['-http', '-consumer', '-worker'])
  })

  it('end at their own budget, and leave the rest of the grace to those after them · M18.5', async () => {
    const { clock, life, steps, resource, of } = setUp({
      grace: 20_000,
      budgets: { requests: 8_000 },
      stuck: () => ({ handles: ['a socket'] }),
    })
    const jobs = Promise.withResolvers<void>()
    await life.start([
      resource('db'),
      resource('worker', { phase: 'jobs', close: () => jobs.promise }),
      resource('http', { phase: 'requests', close: never }),
    ])
    steps.length = 0
    const stopped = life.stop('SIGTERM')
    await settled()
    clock.advance(7_999)
    assert.equal(life.cutOf('requests').aborted, false)
    clock.advance(1)
    assert.deepEqual([life.cutOf('requests').aborted, life.cutOf('jobs').aborted, life.cut.aborted], [true, false, false])
    assert.deepEqual(of('cutting a phase'), [{ event: 'cutting a phase', phase: 'requests', open: ['http'], handles: ['a socket'] }])
    clock.advance(750)
    await settled()
    assert.deepEqual(of('cut while closing')[0]?.['resource'], 'http')
    clock.advance(11_000)
    jobs.resolve()
    // Something was cut, even though the rest ended in order.
    assert.equal(await stopped, 1)
    assert.equal(life.cut.aborted, false)
    assert.deepEqual(steps, ['-db'])
    assert.equal(clock.waiting, 0)
  })

  it('are all cut when the whole grace is over, within the second that is promised · M18.5 M18.7', async () => {
    const { clock, life, resource, of } = setUp({ grace: 10_000, stuck: () => ({ handles: [{ kind: 'socket', count: 2 }] }) })
    await life.start([resource('worker', { phase: 'jobs', close: never }), resource('http', { phase: 'requests', close: never })])
    const stopped = life.stop('SIGTERM')
    await settled()
    clock.advance(10_000)
    assert.deepEqual([life.cutOf('requests').aborted, life.cutOf('jobs').aborted], [true, true])
    assert.deepEqual(of('cutting what still runs')[0]?.['handles'], [{ kind: 'socket', count: 2 }])
    clock.advance(999)
    assert.equal(await stopped, 1)
    assert.equal(life.longestStop, 11_000)
  })
})

describe('what a resource needs', () => {
  it('is opened before it and closed after it, wherever it is listed · M18.6', async () => {
    const { life, steps, resource } = setUp()
    const db = resource('db')
    const cache = resource('cache', { needs: [db] })
    await life.start([resource('search', { needs: [cache] }), resource('mail'), cache, db])
    await life.stop('SIGTERM')
    assert.deepEqual(steps, ['+db', '+cache', '+search', '+mail', '-mail', '-search', '-cache', '-db'])
  })

  it('must be listed, must not need it, and must not close in an earlier phase: else nothing starts', async () => {
    const refused = async (message: RegExp, make: (resource: ReturnType<typeof setUp>['resource']) => Resource[]) => {
      const { life, steps, resource } = setUp()
      await assert.rejects(life.start(make(resource)), { message })
      assert.deepEqual(steps, [])
      assert.equal(life.state, 'stopped')
    }
    await refused(/^cache needs db, which is not among/, (resource) => [resource('cache', { needs: [resource('db')] })])
    await refused(/^These resources need each other: a needs b needs a\./, (resource) => {
      const needs: Resource[] = []
      const a = resource('a', { needs })
      const b = resource('b', { needs: [a] })
      needs.push(b)
      return [a, b]
    })
    await refused(/^db closes in the phase close and needs outbox, which would be closed by then, in flush/, (resource) => {
      const outbox = resource('outbox', { phase: 'flush' })
      return [outbox, resource('db', { needs: [outbox] })]
    })
  })
})

describe('health', () => {
  it('asks every open resource and names the ones that cannot serve', async () => {
    const { life, resource } = setUp()
    const signal = new AbortController().signal
    await life.start([
      resource('db', { health: () => Promise.reject(new Error('connection refused')) }),
      resource('cache', { health: async () => undefined }),
      resource('jobs', { health: async () => 'no worker' }),
      resource('http'),
    ])
    assert.deepEqual(await life.health(signal), {
      healthy: false,
      resources: [
        { name: 'db', problem: 'connection refused' },
        { name: 'cache', problem: undefined },
        { name: 'jobs', problem: 'no worker' },
        { name: 'http', problem: undefined },
      ],
    })
  })

  it('does not wait for a resource that hangs', async () => {
    const { life, resource } = setUp()
    await life.start([resource('db', { health: () => new Promise(() => {}) })])
    const asked = new AbortController()
    const report = life.health(asked.signal)
    asked.abort()
    assert.deepEqual((await report).resources, [{ name: 'db', problem: 'did not answer in time' }])
  })
})
