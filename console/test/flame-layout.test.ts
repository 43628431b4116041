import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ProfileFrame } from '../../framework/src/std/profile.ts'
import { layFlames, nextFlame } from '../src/app/profile/flame-layout.ts'

const frame = (name: string, total: number, children: ProfileFrame[] = []): ProfileFrame => ({
  name,
  file: 'src/a.ts',
  line: 1,
  of: 'application',
  own: 0,
  total,
  children,
})
const whole = frame('all', 100, [frame('a', 60, [frame('a1', 30), frame('a2', 20), frame('tiny', 0.1)]), frame('b', 40, [frame('b1', 40)])])
const round = (part: number) => Math.round(part * 1000) / 1000
const drawn = (zoomed = '') =>
  layFlames(whole, zoomed).map(({ frame: { name }, depth, from, width }) => [name, depth, round(from), round(width)])

describe('the flames of a profile', () => {
  it('are as wide as they took, each within the one that called it, and none too narrow to see · M19.3', () => {
    assert.deepEqual(drawn(), [
      ['all', 0, 0, 1],
      ['a', 1, 0, 0.6],
      ['a1', 2, 0, 0.3],
      ['a2', 2, 0.3, 0.2],
      ['b', 1, 0.6, 0.4],
      ['b1', 2, 0.6, 0.4],
    ])
  })

  it('take all of the width when they are zoomed, with those around them above', () => {
    assert.deepEqual(
      drawn('0').map(([name, depth, , width]) => [name, depth, width]),
      [
        ['all', 0, 1],
        ['a', 1, 1],
        ['a1', 2, 0.5],
        ['a2', 2, 0.333],
      ],
    )
    assert.deepEqual(drawn('7.7'), drawn())
  })

  it('are walked with the arrow keys: to what is called, to who called, along the row', () => {
    const boxes = layFlames(whole, '')
    const walk = (...keys: string[]) => keys.reduce((at, key) => nextFlame(boxes, at, key)?.key ?? at, '')
    assert.equal(walk('ArrowDown', 'ArrowDown'), '0.0')
    assert.equal(walk('ArrowDown', 'ArrowDown', 'ArrowRight', 'ArrowRight'), '1.0')
    assert.equal(walk('ArrowDown', 'ArrowDown', 'ArrowRight', 'ArrowRight', 'ArrowUp'), '1')
    assert.equal(walk('ArrowDown', 'ArrowRight', 'ArrowLeft', 'ArrowLeft', 'ArrowLeft'), '0')
    assert.equal(walk('ArrowDown', 'ArrowDown', 'Home'), '')
    assert.equal(nextFlame(boxes, '0.0', 'ArrowDown'), undefined)
    const zoomed = layFlames(whole, '0')
    assert.equal(nextFlame(zoomed, '0', 'ArrowUp')?.key, '')
  })
})
