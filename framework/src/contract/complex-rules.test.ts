import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as z from 'zod'
import { compileSchema } from './compile-schema.ts'
import type { Verdict } from './compiled-schema.ts'
import { schema as jsonSchema } from './json-schema/index.ts'
import type { Schema } from './standard-schema.ts'

const check = (schema: Schema<any, any>) => {
  const compiled = compileSchema(schema, 'test')
  return (value: unknown) =>
    ((compiled.parse(value) as Verdict<unknown>).issues ?? []).map(({ pointer, code, message }) =>
      code === 'invalid' ? `${pointer} ${message}` : `${pointer} ${code}`,
    )
}

describe('rules beyond one value · M06.15', () => {
  it('compares members once they are sound, and points at the one to change', () => {
    const issues = check(
      z
        .object({ password: z.string().min(8), again: z.string(), start: z.iso.date(), end: z.iso.date() })
        .refine(({ password, again }) => password === again, { path: ['again'], error: 'Is not the same.' })
        .refine(({ start, end }) => start < end, { path: ['end'], error: 'Is before the start.' }),
    )
    const sound = { password: 'long enough', again: 'long enough', start: '2026-01-01', end: '2026-01-02' }
    assert.deepEqual(issues(sound), [])
    assert.deepEqual(issues({ ...sound, again: 'x', end: '2025-01-01' }), ['/again Is not the same.', '/end Is before the start.'])
    assert.deepEqual(issues({ ...sound, password: 7, again: 'x' }), ['/password invalid-type'])
  })

  it('requires a member where another one has a value', () => {
    const inZod = z
      .object({ country: z.string(), state: z.string().optional() })
      .refine(({ country, state }) => country !== 'US' || state !== undefined, { path: ['state'], error: 'Is required in the US.' })
    const inJson = jsonSchema({
      type: 'object',
      properties: { country: { type: 'string' }, state: { type: 'string' } },
      required: ['country'],
      if: { properties: { country: { not: { const: 'US' } } } },
      else: { required: ['state'] },
    })
    for (const [schema, refusal] of [
      [inZod, '/state Is required in the US.'],
      [inJson, '/state required'],
    ] as const) {
      const issues = check(schema)
      assert.deepEqual([issues({ country: 'US', state: 'NY' }), issues({ country: 'FR' }), issues({ country: 'US' })], [[], [], [refusal]])
    }
  })

  it('speaks of the branch that was chosen, and of no other', () => {
    const card = { kind: 'card', number: '4', expires: '2030-01' }
    const inZod = z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('card'), number: z.string().min(12), expires: z.string() }),
      z.object({ kind: z.literal('transfer'), iban: z.string().min(15) }),
    ])
    const branch = (kind: string, members: Record<string, object>) => ({
      type: 'object',
      properties: { kind: { const: kind }, ...members },
      required: ['kind', ...Object.keys(members)],
    })
    const inJson = jsonSchema({
      oneOf: [
        branch('card', { number: { type: 'string', minLength: 12 }, expires: { type: 'string' } }),
        branch('transfer', { iban: { type: 'string', minLength: 15 } }),
      ],
    })
    for (const schema of [inZod, inJson]) {
      const issues = check(schema)
      assert.deepEqual(issues({ ...card, number: '4'.repeat(12) }), [])
      assert.deepEqual(issues(card), ['/number too-short'])
      assert.deepEqual(issues({ kind: 'transfer' }), ['/iban required'])
      assert.deepEqual(issues({ kind: 'transfer', iban: 'x'.repeat(15), number: '4' }), ['/number unknown-member'])
    }
    assert.deepEqual(check(inZod)({ kind: 'cash' }), ['/kind no-match'])
  })

  it('takes one of a group and not two', () => {
    const inZod = z
      .object({ email: z.string().optional(), phone: z.string().optional() })
      .refine(({ email, phone }) => (email === undefined) !== (phone === undefined), { error: 'Give an e-mail address or a phone number.' })
    const inJson = jsonSchema({
      type: 'object',
      properties: { email: { type: 'string' }, phone: { type: 'string' } },
      oneOf: [{ required: ['email'] }, { required: ['phone'] }],
    })
    for (const [schema, refusal] of [
      [inZod, ' Give an e-mail address or a phone number.'],
      [inJson, ' no-match'],
    ] as const) {
      const issues = check(schema)
      assert.deepEqual([issues({ email: 'a' }), issues({ phone: 'b' })], [[], []])
      assert.deepEqual([issues({}), issues({ email: 'a', phone: 'b' })], [[refusal], [refusal]])
    }
  })

  it('finds keys that come twice, sums that are wrong, and limits in the depth', () => {
    const Share = z.object({ account: z.string(), percent: z.int().min(1).max(100), notes: z.array(z.string().max(3)).max(2).optional() })
    const issues = check(
      z.object({
        shares: z
          .array(Share)
          .max(4)
          .superRefine((shares, c) => {
            const seen = new Set<string>()
            for (const [at, { account }] of shares.entries()) {
              if (seen.has(account)) c.addIssue({ code: 'custom', path: [at, 'account'], message: 'Comes twice.' })
              seen.add(account)
            }
            const sum = shares.reduce((total, { percent }) => total + percent, 0)
            if (sum !== 100) c.addIssue({ code: 'custom', message: 'Must add up to 100.' })
          }),
      }),
    )
    const share = (account: string, percent: number, notes?: string[]) => ({ account, percent, ...(notes && { notes }) })
    assert.deepEqual(issues({ shares: [share('a', 60), share('b', 40)] }), [])
    assert.deepEqual(issues({ shares: [share('a', 60), share('a', 30)] }), [
      '/shares/1/account Comes twice.',
      '/shares Must add up to 100.',
    ])
    assert.deepEqual(issues({ shares: [share('a', 0), share('b', 100, ['ok', 'long']), share('c', 1, ['a', 'b', 'c'])] }).toSorted(), [
      '/shares/0/percent too-small',
      '/shares/1/notes/1 too-long',
      '/shares/2/notes too-long',
    ])
    const unique = check(jsonSchema({ type: 'array', items: { type: 'string', maxLength: 3 }, uniqueItems: true, maxItems: 3 }))
    assert.deepEqual([unique(['a', 'b']), unique(['a', 'b', 'a'])], [[], [' duplicate']])
  })
})
