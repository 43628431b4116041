import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'

describe('the benchmark of formats', () => {
  const page = readFileSync(new URL('../docs/benchmarks.md', import.meta.url), 'utf8')
  const { rows, columns } = JSON.parse(readFileSync(new URL('results/formats.json', import.meta.url), 'utf8')) as {
    rows: string[][]
    columns: string[]
  }

  it("has size and speed of all five on the application's own answers, as the page shows them · M04.6", () => {
    assert.deepEqual(columns.slice(2), ['bytes', 'gzipped', 'written, µs', 'read, µs'])
    const five = ['JSON', 'MessagePack', 'Protobuf', 'Avro', 'XML']
    assert.deepEqual(
      rows.map(([, format]) => format),
      [...five, ...five],
    )
    for (const row of rows) {
      assert.ok(
        row.slice(2).every((figure) => Number(figure) > 0),
        row.join(' '),
      )
      assert.ok(page.includes(`| ${row.join(' | ')} |`), row.join(' '))
    }
  })

  it('shows what a schema saves: formats that name no members are the smallest, and XML the largest · M04.6', () => {
    for (const start of [0, 5]) {
      const bytes = new Map(rows.slice(start, start + 5).map(([, format, size]) => [format, Number(size)]))
      for (const format of ['Protobuf', 'Avro']) assert.ok(bytes.get(format)! < bytes.get('MessagePack')!)
      assert.ok(bytes.get('MessagePack')! < bytes.get('JSON')! && bytes.get('JSON')! < bytes.get('XML')!)
    }
  })
})
