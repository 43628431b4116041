import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseRanges } from './byte-ranges.ts'

const flat = (header: string, size = 1000) => parseRanges(header, size)?.map(({ start, end }) => [start, end])

describe('ranges of bytes · M02.26', () => {
  it('are the ones that exist', () => {
    assert.deepEqual(flat('bytes=0-99'), [[0, 100]])
    assert.deepEqual(flat('bytes=900-'), [[900, 1000]])
    assert.deepEqual(flat('bytes=-100'), [[900, 1000]])
    assert.deepEqual(flat('bytes=-5000'), [[0, 1000]])
    assert.deepEqual(flat('bytes=990-5000'), [[990, 1000]])
    assert.deepEqual(flat('Bytes = 0-0 , , -1'), [
      [0, 1],
      [999, 1000],
    ])
    assert.deepEqual(flat('bytes=1000-1001, 5-5'), [[5, 6]])
  })

  it('are none where nothing is', () => {
    for (const header of ['bytes=1000-', 'bytes=-0', 'bytes=1000-2000']) assert.deepEqual(flat(header), [], header)
    assert.deepEqual(flat('bytes=0-', 0), [])
    assert.deepEqual(flat('bytes=99999999999999999999-'), [])
  })

  it('are not understood, and so not asked for, in any other form', () => {
    for (const header of [
      'items=0-5',
      'bytes',
      'bytes=',
      'bytes=-',
      'bytes=5-2',
      'bytes=a-b',
      'bytes=0x1-2',
      'bytes=0-1;2-3',
      'bytes=1.5-2',
      'bytes=--1',
    ])
      assert.equal(flat(header), undefined, header)
  })

  it('are refused when there are too many, or they overlap', () => {
    const many = (length: number) => `bytes=${Array.from({ length }, (_, i) => `${i * 2}-${i * 2}`).join(',')}`
    assert.equal(flat(many(16))?.length, 16)
    assert.deepEqual(flat(many(17)), [])
    assert.deepEqual(flat('bytes=0-,0-,0-'), [])
    assert.deepEqual(flat(`bytes=${'0-,'.repeat(5000)}`), [])
  })
})
