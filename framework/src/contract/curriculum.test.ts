import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as z from 'zod'
import { compileSchema } from './compile-schema.ts'
import type { Verdict } from './compiled-schema.ts'
import { schema } from './json-schema/index.ts'
import type { Schema } from './standard-schema.ts'

const issuesOf = (of: Schema<any, any>, value: unknown) =>
  ((compileSchema(of, 'test').parse(value) as Verdict<unknown>).issues ?? []).map(({ pointer, code }) => `${pointer} ${code}`)

describe('the schema of the curriculum', () => {
  const Account = schema(
    {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      required: ['email', 'age'],
      additionalProperties: false,
      properties: {
        email: { type: 'string', format: 'email', maxLength: 254 },
        age: { type: 'integer', minimum: 0, maximum: 150 },
        tags: { type: 'array', items: { type: 'string' }, maxItems: 20 },
      },
    },
    { formats: 'assert' },
  )
  const good = { email: 'ada@example.org', age: 36 }

  it('accepts what it describes · M04.27', () => {
    for (const value of [
      good,
      { ...good, age: 0 },
      { ...good, age: 150, tags: [] },
      { ...good, tags: Array(20).fill('x') },
      { ...good, age: 36.0 },
    ])
      assert.deepEqual(issuesOf(Account, value), [])
  })

  it('rejects everything else, with the place and the reason · M04.27', () => {
    const wrong: [value: unknown, issues: string[]][] = [
      [{}, ['/email required', '/age required']],
      [{ ...good, email: 'ada@' }, ['/email invalid-format']],
      [{ ...good, email: `${'a'.repeat(60)}@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.${'e'.repeat(20)}.org` }, ['/email too-long', '/email invalid-format']], // prettier-ignore
      [{ ...good, age: 36.5 }, ['/age invalid-type']],
      [{ ...good, age: '36' }, ['/age invalid-type']],
      [{ ...good, age: -1 }, ['/age too-small']],
      [{ ...good, age: 151 }, ['/age too-big']],
      [{ ...good, tags: Array(21).fill('x') }, ['/tags too-long']],
      [{ ...good, tags: ['a', 1] }, ['/tags/1 invalid-type']],
      [{ ...good, admin: true }, ['/admin unknown-member']],
      [null, [' invalid-type']],
      [[good], [' invalid-type']],
    ]
    for (const [value, issues] of wrong) assert.deepEqual(issuesOf(Account, value).toSorted(), issues.toSorted(), JSON.stringify(value))
  })
})

describe('formats', () => {
  const corpus: Record<string, [right: string[], wrong: string[]]> = {
    email: [
      ['a@x.com', "o'neil+tag@sub.example.org"],
      ['a@', 'a b@x.com', 'a@x', ''],
    ],
    uuid: [['0192f0c1-2345-7abc-8def-0123456789ab'], ['0192f0c1', '0192f0c1-2345-7abc-8def-0123456789ag']],
    'date-time': [['2026-05-11T09:14:22Z', '2026-05-11T09:14:22.5+02:00', '2016-12-31T23:59:60Z'], ['2026-05-11T09:14:22', '2026-05-11', '2026-02-30T00:00:00Z', '2026-05-11T24:00:00Z']], // prettier-ignore
    date: [['2028-02-29'], ['2027-02-29', '2026-05-11T09:14:22Z']],
    time: [
      ['09:14:22Z', '09:14:22+02:00'],
      ['09:14:22', '9:14:22Z'],
    ],
    duration: [
      ['P1DT2H', 'P3W'],
      ['P', 'PT', '1D', 'P1D2H'],
    ],
    uri: [
      ['https://x.com/a?b=c', 'urn:isbn:0451450523'],
      ['//x.com', 'x.com', 'https://x.com/ü', 'http://a b'],
    ],
    ipv4: [['127.0.0.1'], ['256.1.1.1', '1.2.3', '01.2.3.4']],
    ipv6: [
      ['::1', '2001:db8::8a2e:370:7334'],
      ['::g', '1.2.3.4', 'fe80::1%eth0'],
    ],
    hostname: [['a-b.example'], ['-a.example', 'a_b.example', `${'a'.repeat(64)}.example`]],
    regex: [['^a+$'], ['(', '[']],
  }
  for (const [format, [right, wrong]] of Object.entries(corpus)) {
    const asserted = schema({ type: 'string', format }, { formats: 'assert' })
    it(`${format} is a rule where it is asserted, and a note where it is not · M04.28`, () => {
      for (const text of right) assert.deepEqual(issuesOf(asserted, text), [], text)
      for (const text of wrong) assert.deepEqual(issuesOf(asserted, text), [' invalid-format'], text)
      for (const text of wrong) assert.deepEqual(issuesOf(schema({ type: 'string', format }), text), [], text)
    })
  }

  it('tell an instant with its offset from local dates, times and durations, which are types of their own · M04.11', () => {
    const types = { instant: z.iso.datetime({ offset: true }), date: z.iso.date(), time: z.iso.time(), duration: z.iso.duration() }
    const texts = { instant: '2026-05-11T09:14:22+02:00', date: '2026-05-11', time: '09:14:22', duration: 'P1DT2H' }
    for (const [type, of] of Object.entries(types))
      for (const [kind, text] of Object.entries(texts))
        assert.deepEqual(issuesOf(of, text), type === kind ? [] : [' invalid-format'], `${type} ${text}`)
    assert.deepEqual(issuesOf(types.instant, '2026-05-11T09:14:22'), [' invalid-format'])
  })
})
