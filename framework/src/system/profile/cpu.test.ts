import assert from 'node:assert/strict'
import type { Profiler } from 'node:inspector'
import { describe, it } from 'node:test'
import { allocationProfile } from './allocation.ts'
import { cpuProfile } from './cpu.ts'
import { maskedCpuProfile } from './devtools.ts'

const root = '/srv/shop'

const node = (id: number, name: string, { url = '', line = 0, children = [] as number[], ticks = [] as [number, number][] } = {}) => ({
  id,
  callFrame: { functionName: name, scriptId: url === '' ? '0' : '7', url, lineNumber: line - 1, columnNumber: 0 },
  children,
  positionTicks: ticks.map(([at, count]) => ({ line: at, ticks: count })),
})

const orders = `file://${root}/src/orders.ts`
/** A sample each ten milliseconds. */
function profileOf(samples: number[], nodes = tree): Profiler.Profile {
  return {
    nodes,
    samples,
    timeDeltas: samples.map((_, i) => (i === 0 ? 0 : 10_000)),
    startTime: 1_000_000,
    endTime: 1_000_000 + samples.length * 10_000,
  }
}
const tree = [
  node(1, '(root)', { children: [2, 3, 9] }),
  node(2, '(idle)'),
  node(3, 'processTicksAndRejections', { url: 'node:internal/process/task_queues', line: 72, children: [4, 8] }),
  node(4, 'hash', {
    url: orders,
    line: 40,
    children: [5],
    ticks: [
      [42, 3],
      [44, 1],
      [9, 8],
    ],
  }),
  node(5, 'pbkdf2Sync', { url: 'node:internal/crypto/pbkdf2', line: 67, children: [6] }),
  node(6, 'run'),
  node(8, 'query', { url: 'file:///srv/shop/node_modules/pg/lib/client.js', line: 12, children: [10] }),
  node(9, '(garbage collector)'),
  node(10, 'secretly', { url: 'file:///home/canary/private/tool.js', line: 3 }),
]

describe('a profile of the processor', () => {
  it('is a tree of the functions of the project, with what Node.js calls inside of itself as one · M19.3', () => {
    const { frames, total, idle, ms } = cpuProfile(profileOf([2, 2, 4, 4, 5, 6, 6, 9]), [], root)
    assert.deepEqual([total, idle, ms], [60, 20, 80])
    const [ticks, collector] = frames
    assert.deepEqual([ticks?.name, ticks?.total, ticks?.own, collector?.name], ['processTicksAndRejections', 50, 0, '(garbage collector)'])
    const [hash] = ticks!.children
    assert.deepEqual([hash?.file, hash?.line, hash?.of, hash?.own, hash?.total], ['src/orders.ts', 40, 'application', 20, 50])
    assert.deepEqual(
      hash!.children.map(({ name, own, children }) => [name, own, children.length]),
      [['pbkdf2Sync', 30, 0]],
    )
  })

  it('names the hottest functions, each with its hottest line, wherever they were called from', () => {
    const { hottest } = cpuProfile(profileOf([4, 4, 4, 6, 8]), [], root)
    assert.deepEqual(
      hottest.map(({ name, own, hotLine }) => [name, own, hotLine]),
      [
        ['hash', 30, 42],
        ['pbkdf2Sync', 10, 67],
        ['query', 10, 12],
      ],
    )
  })

  it('tells of no folder outside of the project', () => {
    const raw = profileOf([10, 8, 4])
    for (const text of [JSON.stringify(cpuProfile(raw, [], root)), JSON.stringify(maskedCpuProfile(raw, root))]) {
      assert.ok(!text.includes('/srv') && !text.includes('canary'), text)
      assert.ok(text.includes('…/tool.js') && text.includes('node_modules/pg/lib/client.js'))
    }
  })

  it('says what blocked the event loop, longest first: whose function, on which line, calling what · M19.3', () => {
    const samples = [4, 4, 4, 2, 2, 2, 4, 6, 6, 6, 6, 6, 2, 2]
    const gaps = [
      { from: 0, to: 30 },
      { from: 60, to: 120 },
    ]
    const { blockers } = cpuProfile(profileOf(samples), gaps, root)
    assert.deepEqual(
      blockers.map(({ ms, name, file, hotLine, called }) => [ms, name, `${file}:${hotLine}`, called]),
      [
        [60, 'hash', 'src/orders.ts:40', 'pbkdf2Sync'],
        [30, 'hash', 'src/orders.ts:42', undefined],
      ],
    )
  })

  it('blames nobody where the process did nothing: others had the processor', () => {
    assert.deepEqual(cpuProfile(profileOf([2, 2, 2, 4, 2, 2]), [{ from: 0, to: 60 }], root).blockers, [])
    assert.deepEqual(cpuProfile(profileOf([2, 2]), [{ from: 500, to: 600 }], root).blockers, [])
  })
})

describe('a profile of memory', () => {
  it('adds up who asked for it, and counts a function that calls itself once · M19.3', () => {
    const inner = { ...node(3, 'walk', { url: orders, line: 5 }), selfSize: 100, children: [] }
    const outer = { ...node(2, 'walk', { url: orders, line: 5 }), selfSize: 50, children: [inner] }
    const head = { ...node(1, '(root)'), selfSize: 0, children: [outer] }
    const { hottest, total, unit } = allocationProfile({ head }, 1_000, root)
    assert.deepEqual([total, unit], [150, 'bytes'])
    assert.deepEqual(
      hottest.map(({ name, own, total: all }) => [name, own, all]),
      [['walk', 150, 150]],
    )
  })
})
