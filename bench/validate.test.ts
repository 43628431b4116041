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

  it('shows more than a million sound orders a second, with a schema of either kind, beside Zod and Ajv · M06.22', () => {
    const start = rows.findIndex(([first]) => first === 'a sound order')
    const nanoseconds = new Map(rows.slice(start, start + 4).map(([, name, ns]) => [name!, Number(ns)]))
    assert.deepEqual([...nanoseconds.keys()], ['framework, Zod', 'Zod alone', 'framework, JSON Schema', 'Ajv'])
    for (const name of ['framework, Zod', 'framework, JSON Schema']) assert.ok(1e9 / nanoseconds.get(name)! > 1e6, name)
  })
})
