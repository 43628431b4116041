import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'

describe('the benchmark of validation and serialisation', () => {
  const page = readFileSync(new URL('../docs/benchmarks.md', import.meta.url), 'utf8')
  const { rows } = JSON.parse(readFileSync(new URL('results/validate.json', import.meta.url), 'utf8')) as { rows: string[][] }
  const ratio = (what: string, whose: string) => {
    const start = rows.findIndex(([first]) => first === what)
    const row = rows.slice(start, start + 4).find(([, name]) => name === whose)!
    assert.ok(page.includes(`| ${row.join(' | ')} |`), row.join(' '))
    return Number.parseFloat(row[3]!)
  }

  it('shows a writer that is faster than JSON.stringify on what the application answers · M04.26', () => {
    assert.ok(ratio('writing an order', 'JSON.stringify') >= 1.2)
    assert.ok(ratio('an order, as bytes', 'JSON.stringify') > 1)
    assert.ok(ratio('writing a product of 20', 'JSON.stringify') > 1)
  })

  it('shows a sound body checked no slower than Zod alone would', () => {
    assert.ok(ratio('a sound order', 'Zod alone') > 1)
  })
})
