import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import * as z from 'zod'
import { openSite } from '../../../test/http/site.ts'
import { endpoint } from '../../contract/endpoint.ts'
import { file } from '../../contract/form.ts'
import { implement } from '../implement.ts'

const Note = z.object({ note: z.string().nullable().optional() })
const contract = {
  note: endpoint('POST /note', { summary: 'Three states', auth: 'none', body: Note, returns: z.string(), status: 200 }),
  price: endpoint('POST /price', {
    summary: 'Decimals',
    auth: 'none',
    body: z.object({ price: z.string().regex(/^\d+\.\d\d$/), id: z.string().regex(/^\d+$/) }),
    returns: z.object({ price: z.string(), id: z.string() }),
    status: 200,
  }),
  tags: endpoint('POST /tags', {
    summary: 'Free names',
    auth: 'none',
    body: z.record(z.string(), z.int()),
    returns: z.array(z.string()),
    status: 200,
    json: { depth: 1, stringLength: 20 },
  }),
  shout: endpoint('POST /shout', {
    summary: 'Text',
    auth: 'none',
    body: z.string().max(20),
    returns: z.string(),
    accepts: ['text/plain'],
    produces: ['text/plain'],
    status: 200,
  }),
  blob: endpoint('PUT /blob', {
    summary: 'Bytes',
    auth: 'none',
    body: file({ maxSize: 1000 }),
    accepts: ['application/octet-stream'],
    bodyLimit: 5000,
    returns: z.int(),
  }),
}

describe('bodies', () => {
  let site: Awaited<ReturnType<typeof openSite>>
  before(async () => {
    site = await openSite({
      routes: implement(contract, {
        note: ({ body }) => ('note' in body ? (body.note === null ? 'null' : 'value') : 'absent'),
        price: ({ body }) => body,
        tags: ({ body }) => Object.keys(body),
        shout: ({ body }) => body.toUpperCase(),
        blob: async ({ body }) => {
          let length = 0
          for await (const chunk of body.content) length += chunk.length
          return length
        },
      }),
    })
  })
  after(() => site.close())

  async function send(path: string, body: string | undefined, type: string | undefined = 'application/json', method = 'POST') {
    const headers: HeadersInit = type === '' ? [] : [['content-type', type]]
    const answer = await fetch(site.url + path, { method, headers, ...(body !== undefined && { body: Buffer.from(body) }) })
    const text = await answer.text()
    const isJson = answer.headers.get('content-type')?.includes('json')
    return { status: answer.status, value: (isJson ? JSON.parse(text) : text) as Record<string, unknown> | string }
  }

  const states: [body: string | undefined, status: number, what: string][] = [
    ['', 400, 'malformed-json'],
    [undefined, 400, 'malformed-json'],
    ['null', 422, 'validation-failed'],
    ['[]', 422, 'validation-failed'],
    ['{}', 200, 'absent'],
    ['{"note":null}', 200, 'null'],
    ['{"note":""}', 200, 'value'],
  ]
  for (const [body, status, what] of states) {
    it(`tells ${JSON.stringify(body) ?? 'no body'} from its neighbours: ${what} · M04.15 M04.23`, async () => {
      const answer = await send('/note', body)
      assert.deepEqual([answer.status, typeof answer.value === 'string' ? answer.value : answer.value['code']], [status, what])
    })
  }

  const types: [type: string, status: number][] = [
    ['application/json', 200],
    ['application/json; charset=utf-8', 200],
    ['APPLICATION/JSON;charset="UTF-8"', 200],
    ['application/merge+json', 200],
    ['application/json; charset=iso-8859-1', 415],
    ['text/plain', 415],
    ['application/jsonp', 415],
    ['', 415],
  ]
  for (const [type, status] of types) {
    it(`answers ${status} to ${type || 'no media type'} · M04.23`, async () =>
      assert.equal((await send('/note', '{}', type)).status, status))
  }

  it('hands money and long ids through as the text that they are · M04.14 M04.12', async () => {
    const value = { price: '0.30', id: '9007199254740993' }
    assert.deepEqual((await send('/price', JSON.stringify(value))).value, value)
    const numbers = await send('/price', '{"price":"0.30","id":9007199254740993}')
    assert.deepEqual([numbers.status, (numbers.value as Record<string, unknown>)['pointer']], [400, '/id'])
  })

  it('pollutes nothing, whatever members are called · M04.17', async () => {
    await send('/tags', '{"__proto__":1,"constructor":2,"toString":3}')
    assert.equal(({} as { polluted?: unknown }).polluted, undefined)
    assert.equal(typeof {}.toString, 'function')
    const unknown = await send('/note', '{"__proto__":{"note":"x"}}')
    assert.equal(unknown.status, 422)
  })

  it("keeps to the route's own limits, and names them · M04.18", async () => {
    const deep = (await send('/tags', '{"a":{"b":1}}')).value as Record<string, unknown>
    assert.deepEqual([deep['code'], deep['limit'], deep['maximum']], ['json-too-complex', 'depth', 1])
    const long = (await send('/tags', `{"${'a'.repeat(21)}":1}`)).value as Record<string, unknown>
    assert.deepEqual([long['limit'], long['maximum']], ['stringLength', 20])
  })

  it('reads and answers text · M07.7', async () => {
    assert.deepEqual(await send('/shout', 'grüß dich', 'text/plain'), { status: 200, value: 'GRÜSS DICH' })
    assert.equal((await send('/shout', 'x'.repeat(21), 'text/plain')).status, 422)
    assert.equal((await send('/shout', 'x', 'text/plain; charset=utf-16')).status, 415)
  })

  it('streams bytes of any kind up to their limit · M07.7 M04.21', async () => {
    assert.deepEqual(await send('/blob', 'x'.repeat(1000), 'application/octet-stream', 'PUT'), { status: 200, value: 1000 })
    assert.equal((await send('/blob', 'x'.repeat(1001), 'application/octet-stream', 'PUT')).status, 413)
  })
})
