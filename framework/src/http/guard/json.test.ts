import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { AppError } from '../../std/errors.ts'
import { jsonDoubt } from './json-doubt.ts'
import { defaultRules, parseJson } from './json.ts'

const read = (text: string, rules = {}) => parseJson(Buffer.from(text), { ...defaultRules, ...rules })

function refusal(text: string, rules = {}): Record<string, unknown> {
  try {
    read(text, rules)
  } catch (error) {
    assert.ok(error instanceof AppError, String(error))
    assert.equal(error.status, 400)
    return { code: error.code, ...error.fields }
  }
  return assert.fail(`accepted ${text.slice(0, 60)}`)
}

describe('parseJson', () => {
  it("reads the curriculum's document · M04.9", () => {
    const document = {
      name: 'alice',
      age: 42,
      pi: 3.14,
      ok: true,
      none: null,
      tags: ['a', 'b'],
      at: '2026-01-02T03:04:05+01:00',
      in: { x: [] },
    }
    assert.deepEqual(read(JSON.stringify(document)), document)
  })

  const twice: [text: string, pointer: string][] = [
    ['{"a":1,"a":2}', '/a'],
    ['{"a":1,"\\u0061":2}', '/a'],
    ['{"lines":[{"sku":"x","q":1},{"sku":"y","sku":"z"}]}', '/lines/1/sku'],
    ['{"a/b~":{"":1,"":1}}', '/a~1b~0/'],
    ['{"__proto__":1,"__proto__":{"admin":true}}', '/__proto__'],
  ]
  for (const [text, pointer] of twice) {
    it(`refuses the member that comes twice in ${text} · M04.16`, () =>
      assert.deepEqual(refusal(text), { code: 'json-ambiguous', pointer, reason: 'duplicate-member' }))
  }

  it('takes the last of two members where the contract says so', () => {
    assert.deepEqual(read('{"a":1,"a":2}', { duplicates: 'last' }), { a: 2 })
    assert.equal(refusal('{"a":1,"a":9007199254740993}', { duplicates: 'last' })['reason'], 'inexact-number')
  })

  for (const text of ['9007199254740993', '-9007199254740993', '1152921504606847232', '100000000000000000001', '1e400', '-1e999']) {
    it(`refuses ${text}, which would silently become another number · M04.12`, () =>
      assert.deepEqual(refusal(`{"id":[${text}]}`), { code: 'json-ambiguous', pointer: '/id/0', reason: 'inexact-number' }))
  }

  for (const text of [
    '9007199254740991',
    '9007199254740992',
    '100000000000000000000',
    '-9007199254740991',
    '1e300',
    '9007199254740993.5',
    '1E2',
    '0.1',
    '1e-400',
    '123456789012.125',
  ]) {
    it(`reads ${text}`, () => assert.equal(read(text), Number(text)))
  }

  for (const text of ['NaN', 'Infinity', '-Infinity', 'undefined', '.5', '1.', '+1', '0x10', '01']) {
    it(`refuses ${text}, which is not JSON · M04.13`, () => assert.equal(refusal(`[${text}]`)['code'], 'malformed-json'))
  }

  it('keeps the sign of -0 · M04.13', () => assert.ok(Object.is(read('-0'), -0)))

  const halves: [text: string, pointer: string][] = [
    ['{"name":"\\ud800"}', '/name'],
    ['["\\uDFFF\\uD800"]', '/0'],
    ['{"\\ud83d":1}', '/\ufffd'],
  ]
  for (const [text, pointer] of halves) {
    it(`refuses half of a surrogate pair in ${text} · M04.19`, () =>
      assert.deepEqual(refusal(text), { code: 'json-ambiguous', pointer, reason: 'lone-surrogate' }))
  }

  it('reads whole surrogate pairs and NUL, escaped · M04.19', () => assert.deepEqual(read('["\\ud83d\\ude00\\u0000"]'), ['😀\0']))

  for (const bytes of [[0xff], [0x22, 0xc0, 0xaf, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22], [0xff, 0xfe, 0x5b, 0, 0x5d, 0]]) {
    it(`refuses bytes that are not UTF-8: ${Buffer.from(bytes).toString('hex')} · M04.19`, () =>
      assert.throws(() => parseJson(Uint8Array.from(bytes)), { code: 'bad-request', status: 400 }))
  }

  it('refuses a byte order mark · M04.19', () => assert.equal(refusal('\ufeff{}')['code'], 'malformed-json'))

  it('keeps __proto__ and constructor as plain members · M04.17', () => {
    const value = read('{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}') as object
    assert.deepEqual(Object.keys(value), ['__proto__', 'constructor'])
    assert.equal(Object.getPrototypeOf(value), Object.prototype)
    assert.equal(({} as Record<string, unknown>)['admin'], undefined)
  })

  const limits: [name: string, within: string, beyond: string, maximum: number][] = [
    ['depth', '['.repeat(64) + ']'.repeat(64), '['.repeat(65) + ']'.repeat(65), 64],
    ['members', members(10_000), members(10_001), 10_000],
    ['items', `[${'1,'.repeat(99_999)}1]`, `[${'1,'.repeat(100_000)}1]`, 100_000],
  ]
  for (const [limit, within, beyond, maximum] of limits) {
    it(`names the limit for ${limit} · M04.18`, () => {
      read(within)
      assert.deepEqual(refusal(beyond), { code: 'json-too-complex', limit, maximum })
    })
  }

  it('names the limit for strings · M04.18', () => {
    read('{"abc":"def"}', { stringLength: 3 })
    assert.deepEqual(refusal('["abcd"]', { stringLength: 3 }), { code: 'json-too-complex', limit: 'stringLength', maximum: 3 })
  })

  it('refuses a million open brackets, and a string of megabytes without an end, without overflowing the stack', () => {
    assert.equal(refusal('['.repeat(1_000_000))['code'], 'json-too-complex')
    assert.equal(refusal(`["${'a'.repeat(8_000_000)}`)['code'], 'malformed-json')
  })

  it('finds members that come twice among colons in names, strings and escapes · M04.16', () => {
    const name = fc.constantFrom('a', ':', 'a:b', '\\":', '__proto__', '\\u003a')
    const { text: texts } = fc.letrec<{ text: string }>((tie) => ({
      text: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom('1', 'null', '":"', '"12:30:00"', '"https://x.example/a:b"', '"\\u003a"', '"\\\\:\\""', '9007199254740993'),
        fc.array(tie('text'), { maxLength: 3 }).map((items) => `[${items.join(' , ')}]`),
        fc
          .array(fc.tuple(name, tie('text')), { maxLength: 4 })
          .map((entries) => `{${entries.map(([key, value]) => `"${key}" : ${value}`).join(',')}}`),
      ),
    }))
    const seen = { sound: 0, doubted: 0 }
    fc.assert(
      fc.property(texts, (text) => {
        const doubt = jsonDoubt(text, true)
        if (doubt === undefined) assert.deepEqual(read(text), JSON.parse(text))
        else assert.deepEqual(refusal(text), { code: 'json-ambiguous', ...doubt })
        seen[doubt === undefined ? 'sound' : 'doubted']++
      }),
      { numRuns: 2000, seed: 13 },
    )
    assert.ok(seen.sound > 200 && seen.doubted > 200, JSON.stringify(seen))
  })

  it('finds what goes too deep where it is said again · M04.18', () => {
    const deep = `{"a":${'['.repeat(64)}${']'.repeat(64)},"a":1}`
    assert.deepEqual(refusal(deep, { duplicates: 'last' }), { code: 'json-too-complex', limit: 'depth', maximum: 64 })
  })

  it('reads what JSON.stringify writes, and never throws anything but a problem', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const text = JSON.stringify(value)
        try {
          assert.deepEqual(read(text), JSON.parse(text))
        } catch (error) {
          assert.ok(error instanceof AppError && error.code === 'json-ambiguous', String(error))
        }
      }),
      { numRuns: 300, seed: 11 },
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        try {
          parseJson(bytes)
        } catch (error) {
          assert.ok(error instanceof AppError, String(error))
        }
      }),
      { numRuns: 500, seed: 12 },
    )
  })
})

function members(count: number): string {
  return `{${Array.from({ length: count }, (_, index) => `"m${index}":0`).join(',')}}`
}
