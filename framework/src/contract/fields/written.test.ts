import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import * as z from 'zod'
import { coercion } from '../coerce.ts'
import { compileSchema } from '../compile-schema.ts'
import type { InputOf, OutputOf } from '../standard-schema.ts'
import { absentIfEmpty, instant, localNumber, toUtc } from './written.ts'

const Filter = z.object({
  q: z.string().trim().default(''),
  limit: z.int().default(20),
  maxPrice: absentIfEmpty(z.number().min(0)),
  since: absentIfEmpty(instant()),
  weight: localNumber('de-DE').pipe(z.number().max(5000)).optional(),
})

describe('what people write', () => {
  const compiled = compileSchema(Filter, 'filter')
  const coerce = coercion(compiled.input)
  const parsed = (strings: Record<string, string>) => compiled.parse(coerce(strings))

  it('is trimmed, filled in, left out where it is empty, and converted, as it is declared · M06.10', async () => {
    assert.deepEqual(await parsed({ q: ' lamp ', maxPrice: '', since: '', weight: '1.234,5' }), {
      value: { q: 'lamp', limit: 20, maxPrice: undefined, since: undefined, weight: 1234.5 },
    })
    assert.deepEqual(await parsed({ maxPrice: '12.5', since: '2026-03-29T01:30:00+02:00', limit: '5' }), {
      value: { q: '', limit: 5, maxPrice: 12.5, since: '2026-03-28T23:30:00.000Z' },
    })
  })

  it('is refused for what is wrong with it, empty where it must not be · M06.10', async () => {
    const wrong = await parsed({ limit: '', maxPrice: '-1', since: '2026-03-29T01:30:00', weight: '1.5' })
    assert.ok('issues' in wrong)
    assert.deepEqual(
      wrong.issues!.map(({ field, code }) => [field, code]),
      [
        ['limit', 'invalid-type'],
        ['maxPrice', 'too-small'],
        ['since', 'invalid-format'],
        ['weight', 'invalid-format'],
      ],
    )
  })

  it('has a type on its way in and another one where it is used · M06.10', () => {
    const written: InputOf<typeof Filter> = { maxPrice: '', weight: '1.234,5' }
    const used: OutputOf<typeof Filter> = { q: '', limit: 20, weight: 1234.5 }
    // @ts-expect-error a number is what comes of it
    const asNumber: InputOf<typeof Filter> = { weight: 1234.5 }
    // @ts-expect-error a text is what it was
    const asText: OutputOf<typeof Filter> = { q: '', limit: 20, weight: '1.234,5' }
    // @ts-expect-error filled in
    const unfilled: OutputOf<typeof Filter> = { q: '' }
    // @ts-expect-error left out
    const empty: OutputOf<typeof Filter> = { q: '', limit: 20, maxPrice: '' }
    assert.ok(Filter.safeParse(written).success && ![asNumber, empty].some((value) => Filter.safeParse(value).success && value === used))
    assert.ok([asText, unfilled].length > 0)
  })

  it('is described as what is sent · M06.10', () => {
    const members = compiled.input['properties'] as Record<string, Record<string, unknown>>
    assert.deepEqual(
      [members['maxPrice']!['type'], members['since']!['format'], members['weight']!['type']],
      ['number', 'date-time', 'string'],
    )
    assert.equal(compiled.input['required'], undefined)
  })
})

describe('a number of a language', () => {
  const corpus: Record<string, [right: Record<string, number>, wrong: string[]]> = {
    'en-US': [{ '1,234.5': 1234.5, '1234.5': 1234.5, '-0.25': -0.25, '1,234,567': 1_234_567, ' 7 ': 7, '−7': -7 }, ['1,5', '12,34', '1.234,5', '1,,234', ',5', '1.', '', '-', '1e3', 'NaN', '0x10', '1 234']],
    'de-DE': [{ '1.234,5': 1234.5, '1234,5': 1234.5, '0,5': 0.5 }, ['1.5', '1,234.5', '1.2345', '1,2,3']],
    'fr-FR': [{ '1 234,5': 1234.5, '1\u202f234,5': 1234.5, '1\u00a0234': 1234 }, ['1.234', '1,234.5', '12 34']],
    'de-CH': [{ "1'234.5": 1234.5, '1’234.5': 1234.5 }, ['1.234,5']],
    'en-IN': [{ '12,34,567.5': 1_234_567.5 }, ['1,2,345']],
    'ar-EG': [{ '١٬٢٣٤٫٥': 1234.5, '1234٫5': 1234.5 }, ['1.234,5']],
  } // prettier-ignore
  for (const [locale, [right, wrong]] of Object.entries(corpus))
    it(`is read as ${locale} writes it, and as nothing else · M06.10`, () => {
      for (const [text, number] of Object.entries(right)) assert.equal(localNumber(locale).parse(text), number, text)
      for (const text of wrong) assert.equal(localNumber(locale).safeParse(text).success, false, text)
    })

  it('comes back as it was written, in any language · M06.10', () => {
    for (const locale of ['en-US', 'de-DE', 'fr-FR', 'de-CH', 'en-IN', 'ar-EG', 'pl-PL', 'ja-JP', 'sv-SE']) {
      const written = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 })
      const schema = localNumber(locale)
      fc.assert(
        fc.property(fc.integer({ min: 0, max: 1e12 }), (cents) => assert.equal(schema.parse(written.format(cents / 100)), cents / 100)),
        { numRuns: 200 },
      )
    }
  })
})

describe('an instant', () => {
  it('is the same however often it is made UTC, and whatever it is · M06.10', () => {
    for (const text of ['2026-03-29T01:30:00+02:00', '2026-03-28T23:30:00Z', '2026-03-28T20:30:00.0001-03:00'])
      assert.equal(instant().parse(text), '2026-03-28T23:30:00.000Z')
    fc.assert(fc.property(fc.string(), (text) => assert.equal(toUtc(toUtc(text)), toUtc(text))))
    for (const text of ['2026-03-29T01:30:00', '2026-02-30T00:00:00Z', '2026-03-29', 'now', ''])
      assert.equal(instant().safeParse(text).success, false, text)
  })
})
