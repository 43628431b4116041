import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import * as z from 'zod'
import { endpoint } from '../../src/contract/endpoint.ts'
import { implement } from '../../src/http/implement.ts'
import { openSite } from './site.ts'

const Thing = z.object({ id: z.string(), name: z.string() })
const contract = {
  echo: endpoint('GET /echo', {
    summary: 'Echo',
    auth: 'none',
    headers: z.object({ 'x-count': z.int(), 'user-agent': z.string() }),
    returns: z.object({ count: z.int(), agent: z.string(), raw: z.array(z.string()) }),
  }),
  place: endpoint('POST /things', {
    summary: 'Place',
    auth: 'none',
    body: z.object({ name: z.string() }),
    returns: Thing,
    location: '/things/{id}',
  }),
  read: endpoint('GET /things/{id}', { summary: 'Read', auth: 'none', returns: Thing }),
  broken: endpoint('GET /broken', { summary: 'Broken', auth: 'none' }),
}
const things = new Map<string, { id: string; name: string }>()
const routes = implement(contract, {
  echo: ({ headers }) => ({
    count: headers['x-count'],
    agent: headers['user-agent'],
    raw: ['authorization', 'accept-language', 'x-unknown'].map((name) => (headers as Record<string, unknown>)[name] as string),
  }),
  place: ({ body }) => {
    const thing = { id: String(things.size + 1), name: body.name }
    things.set(thing.id, thing)
    return thing
  },
  read: ({ params }) => things.get(params.id)!,
  broken: () => {
    throw new Error('broken')
  },
})

describe('header fields', () => {
  let site: Awaited<ReturnType<typeof openSite>>
  before(async () => {
    site = await openSite({ routes, allowedHosts: ['shop.test'] })
  })
  after(() => site.close())
  const send = (head: readonly string[], body = '') => site.raw(`${head.join('\r\n')}\r\n\r\n${body}`)
  const bodyOf = (answer: string) => JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4)) as Record<string, unknown>

  it('have names in any case, typed where the contract names them and as they came where it does not · M02.4 M02.5', async () => {
    const typed = ['X-COUNT: 7', 'User-AGENT: a test']
    const raw = ['authorization: Bearer x', 'Accept-Language: de', 'X-Unknown: yes']
    const answer = await send(['GET /echo HTTP/1.1', 'HOST: shop.test', ...typed, ...raw, 'Connection: close'])
    assert.deepEqual(bodyOf(answer), { count: 7, agent: 'a test', raw: ['Bearer x', 'de', 'yes'] })
  })

  it('name a host that is ours, or get no answer of ours · M02.5', async () => {
    assert.match(await send(['GET /things/1 HTTP/1.1', 'Host: evil.test', 'Connection: close']), /^HTTP\/1\.1 421 /)
    assert.match(await send(['GET /nowhere HTTP/1.1', 'Host: SHOP.test:80', 'Connection: close']), /^HTTP\/1\.1 404 /)
  })

  it('keep the connection unless somebody says close, and date every answer · M02.7', async () => {
    const first = ['GET /nowhere HTTP/1.1', 'Host: shop.test', '']
    const both = await send([...first, 'GET /broken HTTP/1.1', 'Host: shop.test', 'Connection: close'])
    const answers = both.split(/(?=HTTP\/1\.1 )/)
    assert.deepEqual(
      answers.map((one) => one.slice(9, 12)),
      ['404', '500'],
    )
    assert.match(answers[0]!, /\r\nconnection: keep-alive\r\n/i)
    assert.match(answers[1]!, /\r\nconnection: close\r\n/i)
    for (const answer of answers) {
      const date = /\r\ndate: ([^\r]+)/i.exec(answer)![1]!
      assert.equal(new Date(date).toUTCString(), date)
    }
  })

  it('end an HTTP/1.0 connection with its answer · M02.7', async () => {
    assert.match(await send(['GET /nowhere HTTP/1.0', 'Host: shop.test']), /^HTTP\/1\.1 404 [^]*\r\nconnection: close\r\n/i)
  })

  it('say where what was created is, and it is there · M02.3', async () => {
    const lines = ['Host: shop.test', 'Content-Type: application/json', 'Content-Length: 12', 'Connection: close']
    const answer = await send(['POST /things HTTP/1.1', ...lines], '{"name":"a"}')
    assert.match(answer, /^HTTP\/1\.1 201 /)
    const location = /\r\nlocation: ([^\r]+)/i.exec(answer)![1]!
    const read = await send([`GET ${location} HTTP/1.1`, 'Host: shop.test', 'Connection: close'])
    assert.deepEqual(
      [bodyOf(answer), bodyOf(read)],
      [
        { id: '1', name: 'a' },
        { id: '1', name: 'a' },
      ],
    )
  })
})
