import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { after, before, describe, it } from 'node:test'
import * as z from 'zod'
import { openSite } from '../../test/http/site.ts'
import { endpoint } from '../contract/endpoint.ts'
import { problem } from '../contract/problem.ts'
import { compiled, interpreted } from './compile.ts'
import { group, implement } from './implement.ts'
import { rawReply, reply, type Context, type Reply } from './stage.ts'

const Line = z.object({ sku: z.string().min(1).max(20), quantity: z.int().min(1).max(99) })
const OutOfStock = problem('out-of-stock', 409, z.object({ sku: z.string(), left: z.int() }), {
  detail: ({ sku, left }) => `Only ${left} of ${sku} left.`,
})

const contract = {
  read: endpoint('GET /things/{thingId:int}', {
    summary: 'Read',
    auth: 'none',
    returns: z.object({ id: z.string(), note: z.string().optional() }),
  }),
  list: endpoint('GET /things', {
    summary: 'List',
    auth: 'none',
    query: z.object({ limit: z.int().min(1).max(100).default(20), tag: z.array(z.string()).optional(), open: z.boolean().optional() }),
    returns: z.object({ limit: z.int(), tag: z.array(z.string()), open: z.boolean() }),
  }),
  place: endpoint('POST /things', {
    summary: 'Place',
    auth: 'user',
    body: z.object({ lines: z.array(Line).min(1), note: z.string().max(10).optional() }),
    returns: z.object({ id: z.string(), lines: z.array(Line) }),
    location: '/things/{id}',
    errors: [OutOfStock],
  }),
  named: endpoint('GET /named/{id}', {
    summary: 'Named',
    auth: 'none',
    params: z.object({ id: z.uuid() }),
    badParams: 404,
    returns: z.object({ id: z.uuid() }),
  }),
  remove: endpoint('DELETE /things/{thingId}', { summary: 'Remove', auth: 'none' }),
  crash: endpoint('GET /crash', { summary: 'Crash', auth: 'none', returns: z.object({}) }),
  breach: endpoint('GET /breach', { summary: 'Break the contract', auth: 'none', returns: z.object({ id: z.string() }) }),
  text: endpoint('GET /text', { summary: 'Text', auth: 'none', mediaType: 'text/plain' }),
  stream: endpoint('GET /stream', { summary: 'Stream', auth: 'none', mediaType: 'text/plain' }),
  slow: endpoint('GET /slow', { summary: 'Never answers', auth: 'none', deadline: 50 }),
  header: endpoint('GET /header', {
    summary: 'Header',
    auth: 'none',
    headers: z.object({ 'x-count': z.int() }),
    returns: z.object({ count: z.int() }),
  }),
}

const seen: { signals: AbortSignal[]; contexts: Context[] } = { signals: [], contexts: [] }

const routes = group(
  '/v1',
  implement(contract, {
    read: (c) => {
      seen.contexts.push(c as unknown as Context)
      return { id: c.params.thingId, secret: 'never leaves' } as { id: string }
    },
    list: ({ query }) => ({ limit: query.limit, tag: query.tag ?? [], open: query.open ?? false }),
    place: async ({ body, actor }) => {
      if (body.lines[0]?.sku === 'NONE') throw OutOfStock({ sku: 'NONE', left: 0 })
      return { id: `${actor.id}/1`, lines: body.lines }
    },
    named: ({ params }) => ({ id: params.id }),
    remove: () => undefined,
    crash: () => {
      throw new Error('password=hunter2 at SELECT * FROM users')
    },
    breach: () => ({ id: 42 }) as unknown as { id: string },
    text: () => rawReply('plain', { type: 'text/plain', headers: { 'cache-control': 'no-cache' } }),
    stream: () => rawReply(Readable.from(['a', 'b', 'c']), { type: 'text/plain' }),
    slow: ({ signal }) => {
      seen.signals.push(signal)
      return new Promise<never>(() => {})
    },
    header: ({ headers }) => ({ count: headers['x-count'] }),
  }),
)

const authenticate = ({ headers }: { headers: Readonly<Record<string, string>> }) =>
  headers['authorization'] === 'Bearer good' ? { id: 'u1', roles: [] } : undefined
const json = { 'content-type': 'application/json', authorization: 'Bearer good' }

for (const [name, assemble] of [
  ['compiled', compiled],
  ['interpreted', interpreted],
] as const) {
  describe(`a ${name} site`, () => {
    let site: Awaited<ReturnType<typeof openSite>>
    before(async () => {
      site = await openSite({ routes, authenticate, assemble })
    })
    after(() => site.close())
    const get = (path: string, init: RequestInit = {}) => fetch(site.url + path, init)
    const post = (body: string, headers: Record<string, string> = json) => get('/v1/things', { method: 'POST', headers, body })

    it('answers only what the contract declares, with the exact length', async () => {
      const response = await get('/v1/things/42')
      assert.equal(response.status, 200)
      assert.equal(response.headers.get('content-type'), 'application/json')
      assert.equal(response.headers.get('content-length'), '11')
      assert.equal(await response.text(), '{"id":"42"}')
    })

    it('names every request, and takes a well-formed name from the caller · M08.1', async () => {
      assert.match((await get('/v1/things/1')).headers.get('x-request-id') ?? '', /^[0-9a-f]{8}-[0-9a-f]{4}-7/)
      assert.equal(
        (await get('/v1/things/1', { headers: { 'x-request-id': 'order-4711.a_b' } })).headers.get('x-request-id'),
        'order-4711.a_b',
      )
      for (const bad of ['short', 'x'.repeat(129), 'has space inside', 'semi;colon;here']) {
        assert.notEqual((await get('/v1/things/1', { headers: { 'x-request-id': bad } })).headers.get('x-request-id'), bad)
      }
    })

    it('converts what the query declares and gives defaults · M03.2', async () => {
      assert.deepEqual(await (await get('/v1/things?limit=5&tag=a&tag=b&open=true&utm=x')).json(), {
        limit: 5,
        tag: ['a', 'b'],
        open: true,
      })
      assert.deepEqual(await (await get('/v1/things')).json(), { limit: 20, tag: [], open: false })
    })

    it('lists every breach of the query at once · M06.18', async () => {
      const response = await get('/v1/things?limit=1000&open=maybe')
      const problem = (await response.json()) as {
        code: string
        errors: { field: string; pointer: string; code: string; params: { in: string } }[]
      }
      assert.equal(response.status, 422)
      assert.equal(problem.code, 'validation-failed')
      assert.deepEqual(
        problem.errors.map(({ field, pointer, params }) => [field, pointer, params.in]),
        [
          ['limit', '/limit', 'query'],
          ['open', '/open', 'query'],
        ],
      )
    })

    it('converts declared headers and leaves the others readable', async () => {
      assert.deepEqual(await (await get('/v1/header', { headers: { 'x-count': '7' } })).json(), { count: 7 })
      assert.equal((await get('/v1/header')).status, 422)
    })

    it('answers 201 with Location for a POST', async () => {
      const response = await post('{"lines":[{"sku":"A","quantity":2}]}')
      assert.equal(response.status, 201)
      assert.equal(response.headers.get('location'), '/v1/things/u1%2F1')
      assert.deepEqual(await response.json(), { id: 'u1/1', lines: [{ sku: 'A', quantity: 2 }] })
    })

    it('answers 204 without body and length when nothing is returned', async () => {
      const response = await get('/v1/things/1', { method: 'DELETE' })
      assert.equal(response.status, 204)
      assert.equal(response.headers.get('content-length'), null)
      assert.equal(await response.text(), '')
    })

    it("passes text and streams by the contract's writer", async () => {
      const plain = await get('/v1/text')
      assert.deepEqual(
        [plain.headers.get('content-type'), plain.headers.get('cache-control'), await plain.text()],
        ['text/plain', 'no-cache', 'plain'],
      )
      assert.equal(await (await get('/v1/stream')).text(), 'abc')
    })

    it('answers 404 and 405 with Allow as problems · M03.9', async () => {
      const missing = await get('/v1/nothing?token=secret')
      assert.equal(missing.status, 404)
      assert.equal(missing.headers.get('content-type'), 'application/problem+json')
      const document = (await missing.json()) as Record<string, unknown>
      assert.equal(document['instance'], '/v1/nothing')
      assert.equal(document['requestId'], missing.headers.get('x-request-id'))
      assert.equal(document['docsUrl'], '/docs#error-not-found')
      const wrong = await get('/v1/things', { method: 'DELETE' })
      assert.equal(wrong.status, 405)
      assert.equal(wrong.headers.get('allow'), 'GET, HEAD, OPTIONS, POST')
    })

    it('derives HEAD and OPTIONS · M03.9', async () => {
      const head = await get('/v1/things/42', { method: 'HEAD' })
      assert.deepEqual([head.status, head.headers.get('content-length'), await head.text()], [200, '11', ''])
      const options = await get('/v1/things/42', { method: 'OPTIONS' })
      assert.deepEqual([options.status, options.headers.get('allow')], [204, 'DELETE, GET, HEAD, OPTIONS'])
    })

    it('answers 501 for a method that HTTP does not know, and 405 for TRACE, which nobody serves · M02.16', async () => {
      const asked = (method: string) =>
        site.raw(`${method} /v1/things HTTP/1.1\r\nHost: x\r\nCookie: a=secret\r\nConnection: close\r\n\r\n`)
      assert.match(await asked('PROPFIND'), /^HTTP\/1\.1 501 /)
      const trace = await asked('TRACE')
      assert.match(trace, /^HTTP\/1\.1 405 [\s\S]*\r\nallow: GET, HEAD, OPTIONS, POST\r\n/i)
      assert.doesNotMatch(trace, /secret/)
    })

    it('answers 404 for an id that cannot exist where the contract says so', async () => {
      assert.equal((await get('/v1/named/42')).status, 404)
      assert.equal((await get('/v1/named/0195c9d5-1f7a-7000-8000-000000000001')).status, 200)
    })

    it('says where malformed JSON breaks, never with its text · M06.20', async () => {
      const response = await post('{"lines":\n [1,}')
      const document = (await response.json()) as Record<string, unknown>
      assert.deepEqual([response.status, document['code'], document['line'], document['column']], [400, 'malformed-json', 2, 5])
      assert.equal((await post('')).status, 400)
      assert.equal((await get('/v1/things', { method: 'POST', headers: json, body: Uint8Array.of(0x22, 0xff, 0x22) })).status, 400)
    })

    it('answers 415 for anything but JSON, a missing type included · M06.20', async () => {
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx']) {
        assert.equal((await post('{}', { ...json, 'content-type': type })).status, 415, type)
      }
      assert.match(
        await site.raw(
          'POST /v1/things HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer good\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}',
        ),
        /^HTTP\/1\.1 415 /,
      )
      assert.equal(
        (await post('{"lines":[{"sku":"A","quantity":1}]}', { ...json, 'content-type': 'application/vnd.shop+json; charset=utf-8' }))
          .status,
        201,
      )
    })

    it('lists unknown members and every other breach of the body at once · M06.18', async () => {
      const response = await post('{"lines":[{"sku":"","quantity":"2","price":1}],"note":"much too long","role":"admin"}')
      const document = (await response.json()) as { errors: { pointer: string; code: string }[] }
      assert.equal(response.status, 422)
      assert.deepEqual(document.errors.map(({ pointer, code }) => `${pointer} ${code}`).sort(), [
        '/lines/0/price unknown-member',
        '/lines/0/quantity invalid-type',
        '/lines/0/sku too-short',
        '/note too-long',
        '/role unknown-member',
      ])
    })

    it('says what went wrong in the language that the caller reads, and in English where there are no words · M15.22', async () => {
      const told = async (path: string, language: string) => {
        const response = await fetch(site.url + path, { headers: { 'accept-language': language } })
        const { title, code } = (await response.json()) as { title: string; code: string }
        return [code, title, response.headers.get('content-language')]
      }
      assert.deepEqual(await told('/nowhere', 'de-AT, en;q=0.5'), ['not-found', 'Nicht gefunden', 'de'])
      assert.deepEqual(await told('/nowhere', 'fr'), ['not-found', 'Introuvable', 'fr'])
      for (const language of ['en-GB, de;q=0.5', '*', 'zz'])
        assert.deepEqual(await told('/nowhere', language), ['not-found', 'Not Found', null])
    })

    it('explains mistakes in the language that the caller reads · M06.19', async () => {
      const messages = async (language: string) => {
        const response = await post('{"lines":[],"note":"much too long","x":1}', { ...json, 'accept-language': language })
        const { errors } = (await response.json()) as { errors: { message: string }[] }
        return [response.headers.get('content-language'), ...errors.map(({ message }) => message).sort()]
      }
      assert.deepEqual(await messages('de-CH, en;q=0.5'), [
        'de',
        'Darf höchstens 10 Zeichen haben.',
        'Ist kein bekanntes Feld.',
        'Muss mindestens 1 Eintrag haben.',
      ])
      assert.deepEqual(await messages('fr'), [
        'fr',
        'Doit avoir au moins 1 élément.',
        'Doit avoir au plus 10 caractères.',
        'N’est pas un champ connu.',
      ])
      assert.deepEqual(await messages('pt-BR'), [
        'en',
        'Is not a known member.',
        'Must have at least 1 item.',
        'Must have at most 10 characters.',
      ])
    })

    it('answers 401 before it looks at the body · M02.29', async () => {
      assert.equal((await post('not json', { 'content-type': 'text/plain' })).status, 401)
    })

    it('refuses a declared length over the limit without reading it, and ends the connection after the answer', async () => {
      const answer = await site.raw(
        'POST /v1/things HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer good\r\nContent-Type: application/json\r\nContent-Length: 10000000\r\n\r\n',
      )
      assert.match(answer, /^HTTP\/1\.1 413 [\s\S]*connection: close[\s\S]*"limit":1024/i)
    })

    it('refuses a chunked body at the byte that is too many', async () => {
      const chunk = `400\r\n${'x'.repeat(1024)}\r\n`
      const answer = await site.raw(
        `POST /v1/things HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer good\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}${chunk}`,
      )
      assert.match(answer, /^HTTP\/1\.1 413 /)
    })

    it('asks for the body only when it wants it: 100 Continue after authentication, a refusal without it before', async () => {
      const head = (token: string, length: number) =>
        `POST /v1/things HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\nExpect: 100-continue\r\n\r\n`
      assert.match(await site.raw(head('good', 36), /\r\n\r\n/), /^HTTP\/1\.1 100 Continue\r\n/)
      assert.match(await site.raw(head('bad', 36), /\r\n\r\n/), /^HTTP\/1\.1 401 /)
      assert.match(await site.raw(head('good', 100000), /\r\n\r\n/), /^HTTP\/1\.1 413 /)
    })

    it('answers a thrown problem as declared · M15.17 M07.12', async () => {
      const response = await post('{"lines":[{"sku":"NONE","quantity":1}]}')
      const { type, status, detail, sku, left } = (await response.json()) as Record<string, unknown>
      assert.equal(response.headers.get('content-type'), 'application/problem+json')
      assert.deepEqual([response.status, type, status, detail, sku, left], [409, 'out-of-stock', 409, 'Only 0 of NONE left.', 'NONE', 0])
    })

    for (const path of ['/v1/crash', '/v1/breach']) {
      it(`answers ${path} with a 500 that tells nothing of the inside, and goes on serving · M15.18 M02.30 M07.12`, async () => {
        const response = await get(path)
        const body = await response.text()
        assert.equal(response.status, 500)
        assert.doesNotMatch(body, /hunter2|SELECT|\/src\/|stack|id.*42/)
        assert.equal((JSON.parse(body) as { code: string }).code, 'internal-error')
        assert.equal((await get('/v1/things/1')).status, 200)
      })
    }

    it('answers 504 when the deadline is over, and tells the handler why · M08.1 M02.30', async () => {
      const response = await get('/v1/slow')
      assert.equal(response.status, 504)
      const signal = seen.signals.at(-1)!
      assert.equal((signal.reason as { code: string }).code, 'deadline-exceeded')
      assert.equal(site.site.inFlight.count, 0)
    })

    it('fires the signal when the caller goes away · M08.1', async () => {
      const before = seen.signals.length
      const controller = new AbortController()
      const request = get('/v1/slow', { signal: controller.signal }).catch(() => 'gone')
      while (seen.signals.length === before) await new Promise(setImmediate)
      const signal = seen.signals.at(-1)!
      controller.abort()
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      assert.equal(await request, 'gone')
      assert.equal((signal.reason as { code: string }).code, 'client-closed-request')
    })

    it('answers 400 to what does not decode, 414 to a target beyond the limit, 431 to headers beyond theirs', async () => {
      assert.equal((await get('/v1/named/%ff')).status, 400)
      assert.equal((await get('/v1/things?limit=%zz')).status, 400)
      assert.equal((await get(`/v1/${'x'.repeat(9000)}`)).status, 414)
      assert.match(await site.raw(`GET / HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(20000)}\r\n\r\n`), /^HTTP\/1\.1 431 [\s\S]*problem\+json/)
      assert.match(await site.raw('GET / HTTP/1.1\r\nHost : x\r\n\r\n'), /^HTTP\/1\.1 400 [\s\S]*connection: close/)
    })

    it('gives the handler a closed context whose parts are made when they are read · M08.1', async () => {
      await get('/v1/things/42?a=1', { headers: { cookie: 'a=b; __proto__=c; a=d; q="r"' } })
      const c = seen.contexts.at(-1)!
      assert.equal(c.url.pathname, '/v1/things/42')
      assert.equal(c.ip, '127.0.0.1')
      assert.deepEqual(Object.entries(c.cookies), [
        ['a', 'b'],
        ['__proto__', 'c'],
        ['q', 'r'],
      ])
    })
  })
}

describe('around', () => {
  it('wraps the handler like an onion, and may change the reply · M07.1', async () => {
    const order: string[] = []
    const layer = (name: string) => async (_c: Context, next: () => Promise<Reply>) => {
      order.push(`${name} before`)
      const inner = await next()
      order.push(`${name} after`)
      return reply(inner.value, { headers: { ...inner.headers, [`x-${name}`]: '1' } })
    }
    const site = await openSite({ routes, authenticate, around: [layer('a'), layer('b')] })
    const response = await fetch(`${site.url}/v1/things/1`)
    await site.close()
    assert.deepEqual(order, ['a before', 'b before', 'b after', 'a after'])
    assert.deepEqual([response.headers.get('x-a'), response.headers.get('x-b')], ['1', '1'])
  })
})
