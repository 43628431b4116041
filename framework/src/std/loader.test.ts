import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { loader } from './loader.ts'

function world(max?: number) {
  const calls: string[][] = []
  const load = async (keys: readonly string[]) => {
    calls.push([...keys])
    if (keys.includes('bad')) throw new Error('bad key')
    return new Map(keys.filter((key) => key !== 'absent').map((key) => [key, key.toUpperCase()]))
  }
  return { calls, get: loader(load, max === undefined ? {} : { max }) }
}

describe('loader', () => {
  it('makes one call of all that is asked for in the same moment · M08.15', async () => {
    const { calls, get } = world()
    const request = {}
    assert.deepEqual(await Promise.all(['a', 'b', 'c'].map((key) => get(request, key))), ['A', 'B', 'C'])
    assert.deepEqual(calls, [['a', 'b', 'c']])
  })

  it('makes one call even where each one awaited something first · M08.15', async () => {
    const { calls, get } = world()
    const request = {}
    await Promise.all(
      ['a', 'b', 'c'].map(async (key, i) => {
        for (let turn = 0; turn < i; turn++) await Promise.resolve()
        return get(request, key)
      }),
    )
    assert.deepEqual(calls, [['a', 'b', 'c']])
  })

  it('loads the same thing once a request, and again for another one · M08.15', async () => {
    const { calls, get } = world()
    const [one, other] = [{}, {}]
    assert.deepEqual(await Promise.all([get(one, 'a'), get(one, 'a')]), ['A', 'A'])
    await get(one, 'a')
    await get(other, 'a')
    assert.deepEqual(calls, [['a'], ['a']])
  })

  it('answers undefined for what was not found', async () => {
    assert.equal(await world().get({}, 'absent'), undefined)
  })

  it('fails every key of a failed call, and tries again', async () => {
    const { calls, get } = world()
    const request = {}
    const results = await Promise.allSettled([get(request, 'bad'), get(request, 'a')])
    assert.deepEqual(
      results.map(({ status }) => status),
      ['rejected', 'rejected'],
    )
    assert.equal(await get(request, 'a'), 'A')
    assert.deepEqual(calls, [['bad', 'a'], ['a']])
  })

  it('splits what is too much for one call', async () => {
    const { calls, get } = world(2)
    const request = {}
    await Promise.all(['a', 'b', 'c'].map((key) => get(request, key)))
    assert.deepEqual(calls, [['a', 'b'], ['c']])
  })
})
