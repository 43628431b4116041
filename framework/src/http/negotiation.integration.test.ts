import assert from 'node:assert/strict'
import { request, type IncomingHttpHeaders } from 'node:http'
import { Readable } from 'node:stream'
import { after, before, describe, it } from 'node:test'
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import * as z from 'zod'
import { openSite } from '../../test/http/site.ts'
import type { Codec } from '../contract/codec.ts'
import { endpoint } from '../contract/endpoint.ts'
import { BootError } from '../std/errors.ts'
import { implement } from './implement.ts'
import { languageOf, rawReply, reply } from './stage.ts'

const Row = z.object({
  id: z.int(),
  name: z.string(),
  price: z.object({ amount: z.number(), currency: z.string() }),
  note: z.string().nullable(),
})
const row = (id: number, name = `thing ${id}`) => ({ id, name, price: { amount: id / 2, currency: 'EUR' }, note: null })
const shout: Codec = {
  mediaType: 'text/x-shout',
  aliases: ['text/shout'],
  contentType: 'text/x-shout; charset=utf-8',
  writer: () => (value) => JSON.stringify(value).toUpperCase(),
}

const contract = {
  things: endpoint('GET /things', {
    summary: 'Things',
    auth: 'none',
    returns: z.object({ data: z.array(Row), total: z.int() }),
    produces: ['application/json', 'application/x-ndjson', 'text/csv', 'text/x-shout'],
    rows: 'data',
  }),
  greeting: endpoint('GET /greeting', {
    summary: 'Greeting',
    auth: 'none',
    languages: ['en', 'de'],
    returns: z.object({ text: z.string() }),
  }),
  plain: endpoint('GET /plain', { summary: 'One media type', auth: 'none', returns: z.object({ ok: z.boolean() }) }),
  large: endpoint('GET /large', {
    summary: 'Large',
    auth: 'none',
    query: z.object({ size: z.int().default(4000) }),
    returns: z.object({ text: z.string() }),
    etag: true,
  }),
  weak: endpoint('GET /weak', { summary: 'Weak tag', auth: 'none', returns: z.object({ text: z.string() }), etag: true }),
  never: endpoint('GET /never', { summary: 'Not compressed', auth: 'none', compress: false, returns: z.object({ text: z.string() }) }),
  token: endpoint('POST /token', {
    summary: 'Token',
    auth: 'none',
    body: z.object({ echo: z.string() }),
    returns: z.object({ accessToken: z.string(), echo: z.string() }),
  }),
  image: endpoint('GET /image', { summary: 'Image', auth: 'none', mediaType: 'image/png' }),
  events: endpoint('GET /events', { summary: 'Events', auth: 'none', mediaType: 'text/event-stream' }),
  text: endpoint('GET /text', { summary: 'Stream', auth: 'none', mediaType: 'text/plain' }),
  untouched: endpoint('GET /untouched', { summary: 'No transformation', auth: 'none', returns: z.object({ text: z.string() }) }),
}
const long = 'The quick brown fox jumps over the lazy dog. '.repeat(100)

const routes = implement(contract, {
  things: () => ({ data: [row(1), row(2, '=HYPERLINK("http://evil")'), row(3, 'a "b", c\nd')], total: 3 }),
  greeting: (c) => ({ text: languageOf(c) === 'de' ? 'Guten Tag' : 'Good day' }),
  plain: () => ({ ok: true }),
  large: ({ query }) => ({ text: 'x'.repeat(query.size) }),
  weak: () => reply({ text: long }, { headers: { etag: 'W/"7"' } }),
  never: () => ({ text: long }),
  token: ({ body }) => ({ accessToken: long, echo: body.echo }),
  image: () => rawReply(Buffer.alloc(5000), { type: 'image/png' }),
  events: () => rawReply(Readable.from(['data: 1\n\n', 'data: 2\n\n']), { type: 'text/event-stream' }),
  text: () => rawReply(Readable.from([long, long]), { type: 'text/plain; charset=utf-8' }),
  untouched: () => reply({ text: long }, { headers: { 'cache-control': 'no-transform' } }),
})

interface Answer {
  status: number
  headers: IncomingHttpHeaders
  bytes: Buffer
}

describe('negotiation', () => {
  let site: Awaited<ReturnType<typeof openSite>>
  before(async () => {
    site = await openSite({ routes, codecs: [shout] })
  })
  after(() => site.close())

  /** Without the decoding and the default headers of fetch. */
  const ask = (path: string, headers: Record<string, string> = {}, method = 'GET', body?: string): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const asked = request(site.url + path, { method, headers }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, bytes: Buffer.concat(chunks) }))
        response.on('error', reject)
      })
      asked.on('error', reject)
      asked.end(body)
    })

  describe('of media types', () => {
    it('answers in the one that is liked best, and says that it chose · M02.40', async () => {
      for (const [accept, type, start] of [
        ['text/csv', 'text/csv; charset=utf-8; header=present', 'id,name'],
        ['application/x-ndjson;q=0.9, application/json;q=0.1', 'application/x-ndjson', '{"id":1'],
        ['application/ndjson', 'application/x-ndjson', '{"id":1'],
        ['text/*;q=0.5, */*;q=0.1', 'text/csv; charset=utf-8; header=present', 'id,name'],
        ['text/shout', 'text/x-shout; charset=utf-8', '{"DATA"'],
        ['*/*', 'application/json', '{"data"'],
      ] as const) {
        const { status, headers, bytes } = await ask('/things', { accept })
        assert.deepEqual([status, headers['content-type'], headers.vary], [200, type, 'accept'], accept)
        assert.ok(bytes.toString().startsWith(start), bytes.toString())
      }
      assert.equal((await ask('/things')).headers['content-type'], 'application/json')
    })

    it('answers 406 with what there is when nothing fits · M02.40', async () => {
      const { status, headers, bytes } = await ask('/things', { accept: 'text/html, application/json;q=0' })
      assert.equal(status, 406)
      assert.equal(headers['content-type'], 'application/problem+json')
      assert.equal(headers.vary, 'accept')
      assert.deepEqual((JSON.parse(bytes.toString()) as { available: string[] }).available, contract.things.promises.produces)
    })

    it('costs a route with one media type nothing, whatever is asked', async () => {
      const { status, headers } = await ask('/plain', { accept: 'text/html' })
      assert.deepEqual([status, headers['content-type'], headers.vary], [200, 'application/json', undefined])
      const pipeline = site.site.pipelines.find(({ label }) => label === 'GET /plain')!
      assert.ok(pipeline.steps.every(({ stage }) => stage !== 'negotiate'))
    })

    it('writes rows as CSV: nested members as columns, quotes doubled, formulas made harmless · M04.8', async () => {
      const { bytes } = await ask('/things', { accept: 'text/csv' })
      assert.equal(
        bytes.toString(),
        'id,name,price.amount,price.currency,note\r\n1,thing 1,0.5,EUR,\r\n' +
          `2,"'=HYPERLINK(""http://evil"")",1,EUR,\r\n3,"a ""b"", c\nd",1.5,EUR,\r\n`,
      )
    })

    it('refuses at boot what no codec can write, and says why', async () => {
      const boot =
        (promises: object, codecs: Codec[] = []) =>
        () =>
          openSite({
            routes: implement(
              {
                bad: endpoint('GET /bad', {
                  summary: 'Bad',
                  auth: 'none',
                  returns: z.object({ a: z.array(z.object({ tags: z.array(z.string()) })) }),
                  ...promises,
                }),
              },
              { bad: () => ({ a: [] }) },
            ),
            codecs,
          })
      const message = (pattern: RegExp) => (error: unknown) =>
        error instanceof BootError && error.code === 'contract-invalid' && pattern.test(error.message)
      await assert.rejects(
        boot({ produces: ['application/cbor'] }),
        message(/GET \/bad produces application\/cbor, for which there is no codec; there are application\/json/),
      )
      await assert.rejects(boot({ produces: ['application/x-ndjson'] }), message(/name the member that is one in rows/))
      await assert.rejects(boot({ produces: ['application/x-ndjson'], rows: 'b' }), message(/has no list b/))
      await assert.rejects(boot({ produces: ['text/csv'], rows: 'a' }), message(/returns\.tags cannot be a column of CSV/))
      await assert.rejects(
        boot({ produces: ['application/x-notes'] }, [{ mediaType: 'application/x-notes' }]),
        message(/which can only be read/),
      )
      await assert.rejects(boot({ produces: ['text/csv'], returns: undefined }), message(/produces but no returns/))
      await assert.rejects(boot({ languages: [] }), message(/has no languages/))
    })
  })

  it('answers in the language that is liked best, else in the first · M02.40, M02.36', async () => {
    for (const [header, language, text] of [
      ['de-AT, en;q=0.5', 'de', 'Guten Tag'],
      ['fr', 'en', 'Good day'],
      ['', 'en', 'Good day'],
    ] as const) {
      const { headers, bytes } = await ask('/greeting', header === '' ? {} : { 'accept-language': header })
      assert.deepEqual([headers['content-language'], headers.vary], [language, 'accept-language'])
      assert.deepEqual(JSON.parse(bytes.toString()), { text })
    }
  })

  describe('of codings', () => {
    const decoders = { br: brotliDecompressSync, gzip: gunzipSync, zstd: zstdDecompressSync }

    it('compresses as the caller likes, small and large · M02.41 M07.8', async () => {
      for (const size of [4000, 400_000]) {
        const plain = await ask(`/large?size=${size}`)
        for (const [coding, decode] of Object.entries(decoders)) {
          const { headers, bytes } = await ask(`/large?size=${size}`, { 'accept-encoding': coding })
          assert.deepEqual([headers['content-encoding'], headers.vary], [coding, 'accept-encoding'])
          assert.equal(Number(headers['content-length']), bytes.length)
          assert.ok(bytes.length < plain.bytes.length / 10)
          assert.deepEqual(decode(bytes), plain.bytes)
        }
        assert.equal(plain.headers.vary, 'accept-encoding')
        assert.equal(plain.headers['content-encoding'], undefined)
      }
    })

    it('leaves alone what is short, compressed already, an event stream, or not to be transformed · M02.41 M07.8', async () => {
      for (const path of ['/plain', '/large?size=900', '/image', '/events', '/untouched', '/never'])
        assert.equal((await ask(path, { 'accept-encoding': 'gzip' })).headers['content-encoding'], undefined, path)
    })

    it('does not compress a secret beside what the caller sent (BREACH) · M02.41', async () => {
      const headers = { 'accept-encoding': 'gzip', 'content-type': 'application/json' }
      const { status, headers: answered } = await ask('/token', headers, 'POST', '{"echo":"accessToken"}')
      assert.deepEqual([status, answered['content-encoding'], answered.vary], [201, undefined, undefined])
    })

    it('gives each coding its own strong tag, and a weak one to all · M02.6, M02.41', async () => {
      const plain = (await ask('/large')).headers.etag!
      for (const coding of Object.keys(decoders)) {
        const { etag } = (await ask('/large', { 'accept-encoding': coding })).headers
        assert.equal(etag, plain.replace(/"$/, `-${coding}"`))
        const unchanged = await ask('/large', { 'accept-encoding': coding, 'if-none-match': etag })
        assert.deepEqual([unchanged.status, unchanged.headers.etag, unchanged.headers.vary], [304, etag, 'accept-encoding'])
        assert.equal((await ask('/weak', { 'accept-encoding': coding })).headers.etag, 'W/"7"')
      }
      assert.equal((await ask('/large', { 'accept-encoding': 'br', 'if-none-match': plain })).headers.etag, plain)
    })

    it('answers HEAD as GET, without the bytes · M02.10', async () => {
      for (const path of ['/large', '/large?size=400000', '/text', '/things']) {
        const same = ({ headers, status }: Answer) => ({
          status,
          headers: Object.fromEntries(
            Object.entries(headers).filter(([name]) => !['date', 'x-request-id', 'transfer-encoding'].includes(name)),
          ),
        })
        const accepting = { 'accept-encoding': 'gzip', accept: '*/*' }
        const head = await ask(path, accepting, 'HEAD')
        assert.deepEqual(same(head), same(await ask(path, accepting)), path)
        assert.equal(head.bytes.length, 0)
      }
    })

    it('answers 406 when nothing is accepted, and compresses even little when only that is · M02.41', async () => {
      for (const header of ['identity;q=0', '*;q=0', 'compress, identity;q=0']) {
        const { status, bytes } = await ask('/plain', { 'accept-encoding': header })
        assert.equal(status, 406)
        assert.deepEqual((JSON.parse(bytes.toString()) as { available: string[] }).available, ['zstd', 'br', 'gzip', 'identity'])
      }
      const { headers, bytes } = await ask('/plain', { 'accept-encoding': 'gzip, identity;q=0' })
      assert.equal(headers['content-encoding'], 'gzip')
      assert.equal(gunzipSync(bytes).toString(), '{"ok":true}')
      const image = await ask('/image', { 'accept-encoding': 'br, identity;q=0' })
      assert.equal(brotliDecompressSync(image.bytes).length, 5000)
    })

    it('compresses streams · M02.41', async () => {
      for (const [coding, decode] of Object.entries(decoders)) {
        const { headers, bytes } = await ask('/text', { 'accept-encoding': coding })
        assert.equal(headers['content-encoding'], coding)
        assert.equal(decode(bytes).toString(), long + long)
      }
    })

    it('answers a crowd, compressed or not, with the same content', async () => {
      const answers = await Promise.all(Array.from({ length: 24 }, () => ask('/large?size=400000', { 'accept-encoding': 'br' })))
      for (const { headers, bytes } of answers) {
        const decoded = headers['content-encoding'] === 'br' ? brotliDecompressSync(bytes) : bytes
        assert.equal(decoded.length, 400_011)
      }
    })

    it('can be left to somebody else', async () => {
      const other = await openSite({ routes, codecs: [shout], compression: false })
      const { headers } = await fetch(`${other.url}/large`, { headers: { 'accept-encoding': 'gzip' } })
      assert.deepEqual([headers.get('content-encoding'), headers.get('vary')], [null, null])
      await other.close()
    })
  })
})
