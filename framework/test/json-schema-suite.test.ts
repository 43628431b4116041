import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { schema } from 'throughline/contract/json-schema'

interface Case {
  description: string
  schema: Record<string, unknown> | boolean
  tests: { description: string; data: unknown; valid: boolean }[]
}

const suite = fileURLToPath(new URL('../../../shared/suites/json-schema/', import.meta.url))
const present = existsSync(suite)

/** What we decide otherwise, with the reason. */
const exceptions: Readonly<Record<string, string>> = {}

function remotes(): Record<string, Record<string, unknown>> {
  const files = globSync('**/*.json', { cwd: `${suite}remotes` })
  return Object.fromEntries(
    files.map((file) => [
      `http://localhost:1234/${file}`,
      JSON.parse(readFileSync(`${suite}remotes/${file}`, 'utf8')) as Record<string, unknown>,
    ]),
  )
}

describe(
  'the JSON Schema test suite, draft 2020-12',
  { skip: present ? false : 'shared/suites/json-schema is not beside this checkout' },
  () => {
    const failures: string[] = []
    let count = 0
    for (const file of present ? globSync('*.json', { cwd: `${suite}draft2020-12` }).toSorted() : []) {
      it(`${file} · M04.27 M06.2`, () => {
        const documents = remotes()
        const before = failures.length
        for (const { description, schema: json, tests } of JSON.parse(readFileSync(`${suite}draft2020-12/${file}`, 'utf8')) as Case[]) {
          for (const test of tests) {
            count++
            const name = `${file}: ${description}: ${test.description}`
            let outcome: string
            try {
              const verdict = schema(json, { documents })['~standard'].validate(test.data) as { issues?: unknown }
              outcome = (verdict.issues === undefined) === test.valid ? 'ok' : 'wrong'
            } catch (error) {
              outcome = String(error)
            }
            if (outcome !== 'ok' && exceptions[name] === undefined) failures.push(`${name}: ${outcome}`)
          }
        }
        assert.deepEqual(failures.slice(before), [])
      })
    }

    it('is whole: 1,299 required cases · M04.27', () => assert.equal(count, 1299))
  },
)
