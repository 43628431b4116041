import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import * as z from 'zod'
import { openSite } from '../../../test/http/site.ts'
import { endpoint } from '../../contract/endpoint.ts'
import { schema } from '../../contract/json-schema/index.ts'
import { patch } from '../../contract/patch.ts'
import type { Schema } from '../../contract/standard-schema.ts'
import { silentLog, type LogFields } from '../../std/log.ts'
import { implement } from '../implement.ts'

const MiB = 1024 * 1024

async function open(t: TestContext, body: Schema, options: Partial<Parameters<typeof openSite>[0]> = {}) {
  const send = endpoint('POST /send', { summary: 'Send', auth: 'none', body, status: 204 })
  const site = await openSite({ routes: implement({ send }, { send: () => {} }), strict: true, bodyLimit: MiB, ...options })
  t.after(() => site.close())
  return async (value: unknown) => {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${site.url}/send`, { method: 'POST', headers, body: JSON.stringify(value) })
    const { errors = [] } = answer.status === 204 ? {} : ((await answer.json()) as { errors?: { pointer: string; code: string }[] })
    return [answer.status, ...errors.map(({ pointer, code }) => `${pointer} ${code}`)]
  }
}

const doubling = { code: 'contract-invalid', message: /^The pattern \^\(a\+\)\+\$ in POST \/send body .*doubles with every character/ }

describe('patterns of a contract', () => {
  const doublingSchemas: Record<string, Schema> = {
    'a schema of Zod': z.object({ sku: z.string().regex(/^(a+)+$/) }),
    'what may be absent, in a list': z.object({ lines: z.array(z.object({ sku: z.string().regex(/^(a+)+$/).nullish() })) }), // prettier-ignore
    'one of several': z.union([
      z.object({ n: z.int() }),
      z.object({
        sku: z
          .string()
          .max(20)
          .regex(/^(a+)+$/),
      }),
    ]),
    'a JSON Schema': schema({ type: 'string', pattern: '^(a+)+$' }),
    'names of members': schema({ type: 'object', patternProperties: { '^(a+)+$': { type: 'string' } } }),
    'a definition': schema({ $ref: '#/$defs/sku', $defs: { sku: { type: 'string', pattern: '^(a+)+$' } } }),
    'a part to change': patch(z.object({ sku: z.string().regex(/^(a+)+$/) })),
  }
  for (const [place, body] of Object.entries(doublingSchemas))
    it(`that can run for ever are refused at boot, with endpoint and pattern: ${place} · M04.28`, async (t) => {
      await assert.rejects(open(t, body), doubling)
    })

  it('that grow faster than the text are refused where nothing limits it · M04.28', async (t) => {
    const slow = z.object({ mail: z.string().regex(/^[^@]+@[^@]+\.[^@]+$/) })
    await assert.rejects(open(t, slow), { code: 'contract-invalid', message: /body \(mail\) .*grows faster than the text/ })
    await assert.doesNotReject(open(t, slow, { bodyLimit: 1000 }))
  })

  it('of a query are held against the longest address · M04.28', async () => {
    const find = endpoint('GET /find', {
      summary: 'Find',
      auth: 'none',
      query: z.object({ q: z.string().regex(/\s+$/) }),
      status: 204,
    })
    await assert.rejects(openSite({ routes: implement({ find }, { find: () => {} }), strict: true }), { message: /GET \/find query/ })
  })

  it('are only warned of in production, which has to start · M04.28', async (t) => {
    const lines: (LogFields | undefined)[] = []
    const log = { ...silentLog, warn: (_: string, fields?: LogFields) => void lines.push(fields) }
    const send = await open(t, z.object({ sku: z.string().regex(/^(a+)+$/) }), { strict: false, log })
    assert.match(String(lines[0]?.['message']), doubling.message)
    assert.deepEqual(await send({ sku: 'aaa' }), [204])
  })

  const mail = '^[^@]+@[^@]+\\.[^@]+$'
  const limited: Record<string, Schema> = {
    Zod: z.object({ mails: z.array(z.string().max(200).regex(new RegExp(mail)).nullable()) }),
    'JSON Schema': schema({
      type: 'object',
      properties: { mails: { type: 'array', items: { type: ['string', 'null'], maxLength: 200, pattern: mail } } },
    }),
  }
  for (const [library, body] of Object.entries(limited))
    it(`never meet a text that is too long for them: ${library} answers half a megabyte at once · M04.28`, async (t) => {
      const send = await open(t, body)
      const began = performance.now()
      assert.deepEqual(await send({ mails: ['a@b.example', `a@${'.'.repeat(MiB / 2)}@`] }), [422, '/mails/1 too-long'])
      // Tried on it, the pattern would take minutes.
      assert.ok(performance.now() - began < 10_000)
      assert.deepEqual(await send({ mails: ['a@b.example', null] }), [204])
      assert.deepEqual((await send({ mails: ['nobody'] }))[0], 422)
    })

  it('that are sound cost a request nothing · M04.28', async (t) => {
    const send = await open(t, z.object({ mail: z.email(), id: z.uuid(), sku: z.string().regex(/^[A-Z]+(?:-[A-Z0-9]+)*$/) }))
    assert.deepEqual(await send({ mail: 'a@b.example', id: '0195c9d5-1f7a-7000-8000-000000000001', sku: 'PH-1' }), [204])
    const text = 'A'.repeat(MiB / 4)
    assert.equal((await send({ mail: `${text}!`, id: text, sku: `${text}!` }))[0], 422)
  })
})
