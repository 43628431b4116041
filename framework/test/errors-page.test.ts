import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { errorTable } from '../src/std/error-table.ts'
import { isTest, none, sourceFiles } from './source-tree.ts'

const table = 'framework/src/std/error-table.ts'
const sources = sourceFiles('framework/src/**/*.ts', 'scripts/prepare.mjs').filter(({ path }) => path !== table && !isTest(path))
const listed = Object.keys(errorTable)

describe('the table of errors', () => {
  it('lists every code that the framework throws', () => {
    const made = /^(?!\s*\*).*?\b(?:new BootError\(|= problem\(|new AppError\(\{ code: )'([\w-]+)'/gm
    none(
      sources.flatMap(({ path, text }) =>
        [...text.matchAll(made)].map(([, code]) =>
          listed.includes(code!) ? undefined : `${path} makes ${code}, which is not in ${table}`,
        ),
      ),
    )
  })

  it('lists no code that is never made', () => {
    none(
      listed
        .filter((code) => !sources.some(({ text }) => text.includes(`'${code}'`)))
        .map((code) => `${code} is in ${table}, but nothing makes it`),
    )
  })

  it('has on docs/errors.md exactly these codes, in this order · M15.19', () => {
    const [page] = sourceFiles('docs/errors.md')
    assert.deepEqual(
      [...(page?.text ?? '').matchAll(/^\| <a id="([\w-]+)"><\/a>`\1` \|/gm)].map(([, code]) => code),
      listed.toSorted(
        (a, b) => Number('exit' in errorTable[a as keyof typeof errorTable]) - Number('exit' in errorTable[b as keyof typeof errorTable]),
      ),
    )
  })
})
