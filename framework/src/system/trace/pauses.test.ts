import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { operation } from '../../../test/operation.ts'
import type { GcPause } from '../../std/gc-pauses.ts'
import { testClock } from '../../tools/testing/test-clock.ts'
import { recorder } from './recorder.ts'

const request = (ms: number) => operation({ ms, kept: 'slow' })
const major = (start: number, ms: number): GcPause => ({ kind: 'major', start, ms })

describe('pauses of the garbage collection', () => {
  it('are spans of the request that they held up, known before its end or after it · M17.14', () => {
    const clock = testClock()
    const kept = recorder({ clock })
    const operation = request(100)
    clock.advance(1_000)
    kept.pause(major(910, 5))
    kept.add(operation)
    kept.pause(major(950, 20))
    assert.deepEqual(
      operation.spans.map(({ kind, name, start, end, parent }) => [kind, name, start, end, parent]),
      [
        ['gc', 'garbage collection (major)', 10, 15, -1],
        ['gc', 'garbage collection (major)', 50, 70, -1],
      ],
    )
  })

  it('are cut to the request’s own time, and leave alone what came before and after', () => {
    const clock = testClock()
    const kept = recorder({ clock })
    clock.advance(1_000)
    const operation = request(100)
    kept.pause(major(800, 100))
    kept.pause(major(890, 20))
    kept.add(operation)
    kept.pause(major(990, 50))
    kept.pause(major(1_000, 50))
    assert.deepEqual(
      operation.spans.map(({ start, end }) => [start, end]),
      [
        [0, 10],
        [90, 100],
      ],
    )
  })
})
