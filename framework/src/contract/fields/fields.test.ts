import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type * as z from 'zod'
import { compileSchema } from '../compile-schema.ts'
import * as fields from './index.ts'

describe('fields', () => {
  const corpus: [name: string, schema: z.ZodType, accepted: [given: string, normal: string][], refused: string[]][] = [
    ['email', fields.email(), [[' Alice@X.com ', 'alice@x.com'], ["o'neil+tag@sub.example.org", "o'neil+tag@sub.example.org"]], ['', 'a@', '@x.com', 'a b@x.com', 'a@x', `${'a'.repeat(250)}@x.com`]], // prettier-ignore
    ['phone', fields.phone(), [['+1 (415) 555-2671', '+14155552671'], ['+49.30.123456', '+4930123456']], ['4155552671', '+0123456789', '+1', '+1234567890123456', '+1 555 CALL']], // prettier-ignore
    [
      'country',
      fields.country(),
      [
        [' de', 'DE'],
        ['US', 'US'],
        ['gb', 'GB'],
      ],
      ['D', 'DEU', 'ZZ', 'EU', '12', 'QX'],
    ],
    [
      'currency',
      fields.currency(),
      [
        ['usd', 'USD'],
        ['EUR ', 'EUR'],
      ],
      ['US', 'DOLLAR', 'ZZZ', '$'],
    ],
    [
      'language',
      fields.language(),
      [
        ['EN-gb', 'en-GB'],
        ['zh-hant-tw', 'zh-Hant-TW'],
      ],
      ['', 'english language', 'e', '-en', 'en_'],
    ],
    [
      'slug',
      fields.slug(),
      [
        ['Hello-World', 'hello-world'],
        ['a1', 'a1'],
      ],
      ['', '-a', 'a--b', 'a_b', 'ä', 'a '.repeat(3)],
    ],
    ['name', fields.name(10), [['  Ada   Love ', 'Ada Love'], ['Jose\u0301', 'José'], ['Al\u200bice', 'Alice'], ['\u202eevil', 'evil'], ['👨‍👩‍👧‍👦'.repeat(10), '👨‍👩‍👧‍👦'.repeat(10)]], ['', '   ', '\u200b', 'a\u0000b', 'x'.repeat(11), '👨‍👩‍👧‍👦'.repeat(11)]], // prettier-ignore
    [
      'identifier',
      fields.identifier(),
      [
        ['ＡLICE', 'alice'],
        ['bob_the-1.st', 'bob_the-1.st'],
      ],
      ['', 'аlice', '.hidden', 'a b', 'a/b'],
    ],
    [
      'url',
      fields.url(),
      [[' https://x.com/a?b=c ', 'https://x.com/a?b=c']],
      ['http://x.com', 'javascript:alert(1)', 'x.com', '//x.com', 'https://'],
    ],
    ['iban', fields.iban(), [['de89 3704 0044 0532 0130 00', 'DE89370400440532013000'], ['GB29 NWBK 6016 1331 9268 19', 'GB29NWBK60161331926819']], ['DE88370400440532013000', 'DE', '1234']], // prettier-ignore
    [
      'ip',
      fields.ip(),
      [
        ['127.0.0.1', '127.0.0.1'],
        ['2001:db8::1', '2001:db8::1'],
      ],
      ['256.1.1.1', '1.2.3', 'localhost', '::g'],
    ],
    [
      'semver',
      fields.semver(),
      [
        ['1.2.3', '1.2.3'],
        [' 1.0.0-rc.1+build.5', '1.0.0-rc.1+build.5'],
      ],
      ['1.2', 'v1.2.3', '01.2.3', '1.2.3-'],
    ],
    [
      'uuid',
      fields.uuid(),
      [['0192F0C1-2345-7ABC-8DEF-0123456789AB', '0192f0c1-2345-7abc-8def-0123456789ab']],
      ['0192f0c1', 'g'.repeat(36)],
    ],
  ]
  for (const [name, schema, accepted, refused] of corpus) {
    it(`normalises and checks ${name} · M06.2 M06.8 M06.9`, () => {
      for (const [given, normal] of accepted) assert.equal(schema.parse(given), normal, JSON.stringify(given))
      for (const given of refused) assert.equal(schema.safeParse(given).success, false, JSON.stringify(given))
    })

    it(`describes ${name} in JSON Schema`, () => {
      assert.ok(['string', undefined].includes(compileSchema(schema, 'test').input['type'] as string))
    })
  }
})

describe('normal forms', () => {
  const { graphemes, slugify, toCode, toEmail, toIban, toIdentifier, toOneLine, toPhone } = fields
  for (const normalise of [slugify, toCode, toEmail, toIban, toIdentifier, toOneLine, toPhone]) {
    it(`${normalise.name} changes nothing the second time · M06.8`, () => {
      fc.assert(
        fc.property(fc.string({ unit: 'binary' }), (text) => assert.equal(normalise(normalise(text)), normalise(text))),
        { seed: 6, numRuns: 500 },
      )
    })
  }

  it('makes hello-world of Hello World! · M06.8', () => {
    assert.equal(slugify('Hello World!'), 'hello-world')
    assert.equal(slugify(' Crème  Brûlée — 2 '), 'creme-brulee-2')
  })

  it('counts what readers see · M06.9', () => {
    assert.deepEqual(['abc', 'é', 'e\u0301', '👨‍👩‍👧‍👦', '🇩🇪', ''].map(graphemes), [3, 1, 1, 1, 1, 0])
  })
})
