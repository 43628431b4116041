import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, it } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { watchGc } from '../../std/gc-pauses.ts'
import type { MetricPoint } from '../../std/metric-family.ts'
import { metrics } from './metrics.ts'
import { processMetrics } from './process-metrics.ts'

function measured() {
  const meter = metrics()
  const onPause = processMetrics(meter)
  const points = (name: string): readonly MetricPoint[] => meter.collect([name])[0]?.points ?? []
  const labelled = (name: string, label: string) => Object.fromEntries(points(name).map(({ labels, value }) => [labels[label], value]))
  return { onPause, points, labelled, value: (name: string) => points(name)[0]!.value }
}

describe('process metrics', () => {
  it('say how much of the event loop was used · M17.10', async () => {
    const { value } = measured()
    // Before its first turn the loop has not begun to count.
    await new Promise(setImmediate)
    const before = value('nodejs_eventloop_active_seconds_total')
    const end = performance.now() + 30
    while (performance.now() < end);
    assert.ok(value('nodejs_eventloop_active_seconds_total') - before >= 0.025)
    assert.ok(value('nodejs_eventloop_idle_seconds_total') >= 0)
  })

  it('count sockets and files that are open, and those that were closed no more · M17.10', async () => {
    const { labelled, value } = measured()
    const before = { servers: labelled('nodejs_active_resources', 'type')['TCPServerWrap'] ?? 0, files: value('process_open_fds') }
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    assert.equal(labelled('nodejs_active_resources', 'type')['TCPServerWrap'], before.servers + 1)
    assert.ok(value('process_open_fds') > before.files)
    assert.ok(value('process_max_fds') > value('process_open_fds'))
    server.close()
    await once(server, 'close')
    // Its handle is given back in the turn behind the event.
    await new Promise(setImmediate)
    assert.equal(labelled('nodejs_active_resources', 'type')['TCPServerWrap'], before.servers)
  })

  it('have the heap space by space, and its limit · M17.10', () => {
    const { labelled, value } = measured()
    const spaces = labelled('nodejs_heap_space_size_used_bytes', 'space')
    assert.ok(spaces['old_space']! > 0 && spaces['new_space']! > 0)
    assert.ok(value('nodejs_heap_size_limit_bytes') > value('nodejs_heap_size_used_bytes'))
    assert.ok(value('process_memory_limit_bytes') > 0)
  })

  it('have the pauses of the garbage collection, by kind, with count and seconds · M17.10', async () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const { onPause, points } = measured()
    const heard = Promise.withResolvers<void>()
    const stop = watchGc((pause) => {
      onPause(pause)
      if (pause.kind === 'major') heard.resolve()
    })
    collect()
    await heard.promise
    stop()
    const major = points('nodejs_gc_duration_seconds').find(({ labels }) => labels['kind'] === 'major')!
    assert.ok(major.count! >= 1 && major.value > 0 && major.value < 5)
  })
})
