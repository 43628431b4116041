import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { WaterfallRow } from '../../contract/trace/waterfall.ts'
import { paintFor, plain } from '../cli/terminal.ts'
import { draw } from './draw.ts'

const row = (init: Partial<WaterfallRow>): WaterfallRow => ({
  name: 'dns',
  kind: 'dns',
  side: 'client',
  depth: 0,
  start: 0,
  ms: 0,
  note: '',
  state: 'ok',
  ...init,
})

describe('the drawing', () => {
  it('has bars in proportion, indented names and numbers in a column · M01.1', () => {
    const rows = [
      row({ ms: 25 }),
      row({ name: 'waiting', kind: 'waiting', start: 25, ms: 75 }),
      row({ name: 'handle', side: 'server', depth: 1, start: 50, ms: 50 }),
    ]
    assert.deepEqual(draw({ rows, span: 100 }, { paint: plain, columns: 60 }).split('\n'), [
      'dns       ████              25.00',
      'waiting       ████████████  75.00',
      '  handle          ████████  50.00',
    ])
  })

  it('writes a statement of many lines on one · M01.16', () => {
    const rows = [row({ name: '\n    select 1\n\tfrom orders  ', kind: 'sql', side: 'server', ms: 1 })]
    assert.match(draw({ rows, span: 1 }, { paint: plain, columns: 80 }), /^select 1 from orders {2}█/)
  })

  it('shows what was short, leaves out what took no time, and keeps within the terminal · M01.4', () => {
    const rows = [
      row({ ms: 0 }),
      row({ name: 'tcp', ms: 0.01, note: 'n'.repeat(200) }),
      row({ name: 'x'.repeat(80), start: 99.99, ms: 0.01 }),
    ]
    for (const columns of [20, 40, 80, 200]) {
      const lines = draw({ rows, span: 100 }, { paint: plain, columns }).split('\n')
      assert.ok(!lines[0]!.includes('▏') && lines[1]!.includes('▏') && lines[2]!.includes('▏'))
      if (columns >= 40)
        assert.ok(
          lines.every(({ length }) => length <= columns),
          `${columns}: ${lines.map(({ length }) => length).join()}`,
        )
    }
    assert.ok(draw({ rows, span: 100 }, { paint: plain, columns: undefined }).includes('n'.repeat(200)))
  })

  it('puts steps that took no time on one line, and leaves others alone · M01.16', () => {
    const step = (name: string, init: Partial<WaterfallRow> = {}) =>
      row({ name, kind: 'stage', side: 'server', depth: 1, ms: 0.002, ...init })
    const rows = [
      row({ ms: 9 }),
      step('a'),
      step('b'),
      step('c', { ms: 4 }),
      step('d'),
      step('e', { state: 'failed' }),
      step('f'),
      step('g'),
      step('sql', { kind: 'sql', depth: 2 }),
    ]
    const lines = draw({ rows, span: 9 }, { paint: plain, columns: undefined }).split('\n')
    assert.deepEqual(
      lines.map((line) => line.trim().split(/ {2,}/)[0]),
      ['dns', '2 steps', 'c', 'd', 'e', 'f', 'g', 'sql'],
    )
    assert.match(lines[1]!, /0\.00 {2}a, b$/)
  })

  it('paints gaps and failures red, and lets no name move the cursor · M01.20', () => {
    const paint = paintFor({ isTTY: true }, {})
    const rows = [
      row({ name: 'a\u001b[2J', ms: 1 }),
      row({ name: 'gap', state: 'gap', ms: 1, note: 'nothing recorded' }),
      row({ state: 'failed', ms: 1, note: 'ECONNREFUSED\u202e' }),
    ]
    const [first, gap, failed] = draw({ rows, span: 1 }, { paint, columns: 80 }).split('\n')
    assert.ok(first!.includes('a·[2J') && first!.includes('\u001b[36m'))
    assert.ok(gap!.includes('░') && gap!.includes('\u001b[31m'))
    assert.ok(failed!.includes('\u001b[31mfailed: ECONNREFUSED·'))
  })

  it('draws nothing of nothing', () => {
    assert.equal(draw({ rows: [], span: 0 }, { paint: plain, columns: 80 }), '')
    assert.match(draw({ rows: [row({})], span: 0 }, { paint: plain, columns: 80 }), /^dns +0\.00$/)
  })
})
