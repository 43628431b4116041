import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readSets, type MigrationStep } from './set.ts'

const step = (name: string, sql = 'select 1'): MigrationStep => ({ name, sql })
const invalid = (message: RegExp) => ({ code: 'migration-invalid', message })

describe('migration sets', () => {
  it('are read in their own order, each sorted by name · M10.26', async () => {
    const all = await readSets([
      { name: 'b', steps: [step('0010-y'), step('0002-x')] },
      { name: 'a', steps: [step('0001-z')] },
    ])
    assert.deepEqual(
      all.map(({ set, name }) => `${set}/${name}`),
      ['b/0002-x', 'b/0010-y', 'a/0001-z'],
    )
  })

  it('are read from a folder, from its .sql files only, and know their path · M10.26', async () => {
    const all = await readSets([{ name: 'folder', from: new URL('./fixtures', import.meta.url) }])
    assert.deepEqual(
      all.map(({ name, transactional }) => [name, transactional]),
      [
        ['0001-first', true],
        ['0002-second', false],
      ],
    )
    assert.match(all[0]?.source ?? '', /fixtures.0001-first\.sql$/)
    assert.equal(all[0]?.sql, 'create table a (id int);\n')
  })

  it('tell an edit from a change of line endings · M10.26', async () => {
    const sums = await readSets([{ name: 'a', steps: [step('0001-a', 'a\nb'), step('0002-a', 'a\r\nb'), step('0003-a', 'a\n b')] }])
    assert.equal(sums[0]?.checksum, sums[1]?.checksum)
    assert.notEqual(sums[0]?.checksum, sums[2]?.checksum)
  })

  it('run outside of a transaction only what says so on its first line', async () => {
    const all = await readSets([
      {
        name: 'a',
        steps: [
          step('0001-a', '-- no-transaction\nvacuum'),
          step('0002-b', '--no-transaction: slow\nvacuum'),
          step('0003-c', 'select 1 -- no-transaction'),
        ],
      },
    ])
    assert.deepEqual(
      all.map(({ transactional }) => transactional),
      [false, false, true],
    )
  })

  for (const name of ['1-short', '0001', '0001-Upper', '0001_underscore', '0001-a/../b']) {
    it(`refuse the name ${name}`, () => assert.rejects(readSets([{ name: 'a', steps: [step(name)] }]), invalid(/is not named NNNN-title/)))
  }

  it('refuse two with the same number, two sets of the same name, and a folder that is not there', async () => {
    await assert.rejects(readSets([{ name: 'a', steps: [step('0001-a'), step('0001-b')] }]), invalid(/have the same number/))
    await assert.rejects(
      readSets([
        { name: 'a', steps: [] },
        { name: 'a', steps: [step('0001-a')] },
        { name: 'a', steps: [] },
      ]),
      invalid(/called "a"/),
    )
    await assert.rejects(readSets([{ name: 'a', from: new URL('./no-such-folder', import.meta.url) }]), invalid(/cannot be read/))
  })
})
