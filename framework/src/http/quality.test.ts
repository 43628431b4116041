import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { bestCoding, bestLanguage, bestMedia, parseWishes, remembered, type MediaOffer } from './quality.ts'

const offer = (mediaType: string, params: Record<string, string> = {}, aliases: string[] = []): MediaOffer => ({
  mediaType,
  aliases,
  params: new Map(Object.entries(params)),
})
const json = offer('application/json')
const csv = offer('text/csv', { charset: 'utf-8', header: 'present' })
const ndjson = offer('application/x-ndjson')
const msgpack = offer('application/msgpack', {}, ['application/x-msgpack'])
const offers = [json, csv, ndjson, msgpack]

describe('Accept · M02.40', () => {
  const cases: readonly (readonly [string, MediaOffer | undefined])[] = [
    ['application/json', json],
    ['text/csv', csv],
    ['TEXT/CSV', csv],
    ['*/*', json],
    ['*', json],
    ['text/*', csv],
    ['application/*;q=0.5, text/csv;q=0.9', csv],
    // The most specific range gives the weight, wherever it stands.
    ['*/*, application/json;q=0.1', csv],
    ['application/json;q=0, */*', csv],
    ['text/*;q=0, text/csv', csv],
    ['text/csv;q=0, text/*', undefined],
    ['application/json;q=0.5, text/csv;q=0.5', json],
    ['application/json;q=0.501, text/csv;q=0.502', csv],
    ['text/html', undefined],
    ['text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8', json],
    ['*/*;q=0', undefined],
    // Parameters narrow a range.
    ['text/csv;header=present', csv],
    ['text/csv;header=absent', undefined],
    ['text/csv;header=absent, */*;q=0.1', json],
    ['text/csv;header="present";q=0.2, text/csv', csv],
    ['application/json;charset=utf-8', json],
    ['application/json;charset=UTF-8;q=0.3, text/csv;q=0.2', json],
    ['application/json;charset=latin1', undefined],
    ['application/x-msgpack', msgpack],
    // What is not well-formed asks for nothing; nothing asked for is anything.
    ['', json],
    [',, ,', json],
    ['text/csv;q=2, application/x-ndjson', ndjson],
    ['text/csv;q=0.1234, application/x-ndjson', ndjson],
    ['text/csv;q=abc', json],
    ['text/html;a="x,application/json"', undefined],
    ['application/json;a="un, text/csv', csv],
  ]
  for (const [header, expected] of cases) {
    it(`gives ${expected?.mediaType ?? 'nothing'} for "${header}"`, () => {
      assert.equal(offers[bestMedia(header, offers)], expected)
    })
  }

  it('takes any text in time proportional to its length', () => {
    const hostile = ['a;'.repeat(8000), 'a="'.repeat(5000), `a${';b=c'.repeat(4000)}`, '"\\'.repeat(8000), `${' '.repeat(16000)}a`]
    for (const header of hostile) parseWishes(header)
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii', maxLength: 200 }), (header) => {
        for (const { q } of parseWishes(header)) assert.ok(q >= 0 && q <= 1)
      }),
      { seed: 1, numRuns: 300 },
    )
  })
})

describe('Accept-Language · M02.40', () => {
  const languages = ['en', 'de', 'zh-Hant', 'de-CH']
  const cases = [
    ['de', 'de'],
    ['de-AT', 'de'],
    ['de-ch', 'de-CH'],
    ['de-CH-1996', 'de-CH'],
    ['zh-Hant-CN-x-private1-private2', 'zh-Hant'],
    ['zh', 'en'],
    ['fr, de;q=0.5', 'de'],
    ['de;q=0.5, en;q=0.9', 'en'],
    ['fr', 'en'],
    ['*', 'en'],
    ['', 'en'],
    ['en;q=0', 'de'],
    ['de-AT, de;q=0', 'en'],
  ] as const
  for (const [header, expected] of cases)
    it(`gives ${expected} for "${header}"`, () => assert.equal(bestLanguage(header, languages), expected))
})

describe('Accept-Encoding · M02.41', () => {
  const codings = ['zstd', 'br', 'gzip'] as const
  const cases = [
    ['gzip, deflate, br, zstd', 'zstd', false],
    ['gzip, deflate, br', 'br', false],
    ['gzip', 'gzip', false],
    ['x-gzip', 'gzip', false],
    ['GZIP;q=0.5', 'gzip', false],
    ['br;q=0.5, gzip', 'gzip', false],
    ['*', 'zstd', false],
    ['zstd;q=0, *', 'br', false],
    ['*;q=0', undefined, undefined],
    ['identity;q=0', undefined, undefined],
    ['compress, identity;q=0', undefined, undefined],
    ['gzip, *;q=0', 'gzip', true],
    ['gzip;q=0.1, identity;q=0', 'gzip', true],
    ['identity', undefined, false],
    ['identity, gzip;q=0.5', undefined, false],
    ['identity, gzip', 'gzip', false],
    ['gzip;q=0', undefined, false],
    ['identity, *;q=0', undefined, false],
    ['', undefined, false],
  ] as const
  for (const [header, coding, forced] of cases) {
    it(`gives ${forced === undefined ? 'nothing' : (coding ?? 'it as it is')} for "${header}"`, () => {
      assert.deepEqual(bestCoding(header, codings), forced === undefined ? undefined : { coding, forced })
    })
  }
})

describe('what is remembered', () => {
  it('is made once, and is bounded', () => {
    let made = 0
    const lengthOf = remembered((header) => (made++, header.length), 2)
    for (const header of ['a', 'bb', 'a', 'bb', 'ccc', 'ccc', 'a']) assert.equal(lengthOf(header), header.length)
    assert.equal(made, 4)
  })
})
