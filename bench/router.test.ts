import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'

const page = readFileSync(new URL('../docs/benchmarks.md', import.meta.url), 'utf8')

function rowsOf(name: string): string[][] {
  const { rows } = JSON.parse(readFileSync(new URL(`results/${name}.json`, import.meta.url), 'utf8')) as { rows: string[][] }
  for (const row of rows) assert.ok(page.includes(`| ${row.join(' | ')} |`), row.join(' '))
  return rows
}

describe('the benchmarks of routing', () => {
  it('show a static path found among 10,000 routes as fast as among 30, within a tenth · M03.3', () => {
    const nanoseconds = (routes: string) =>
      Number.parseFloat(rowsOf('router').find(([count, path]) => count === routes && path === 'static')![2]!)
    assert.ok(nanoseconds('10000') <= nanoseconds('30') * 1.1)
  })

  it('show a request that costs at most a tenth more when 10,000 routes are there instead of 10 · M03.11', () => {
    const last = rowsOf('routes').at(-1)!
    assert.equal(last[0], '10,000')
    assert.ok(Number(last[4]) <= 1.1, last.join(' '))
  })
})
