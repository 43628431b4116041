import assert from 'node:assert/strict'
import { request } from 'node:http'
import { after, before, describe, it } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { brotliCompressSync, constants, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import * as z from 'zod'
import { openSite } from '../../test/http/site.ts'
import { endpoint } from '../contract/endpoint.ts'
import { problem } from '../contract/problem.ts'
import { stream } from '../contract/stream.ts'
import { silentLog, type Log } from '../std/log.ts'
import { implement } from './implement.ts'

const Row = z.object({ id: z.int(), text: z.string() })
const Closed = problem('closed', 409)
const formats = ['application/json', 'application/x-ndjson', 'text/csv']
const MiB = 1024 * 1024

const contract = {
  few: endpoint('GET /few', { summary: 'Few', auth: 'none', returns: stream(Row), produces: formats }),
  many: endpoint('GET /many', { summary: 'Many', auth: 'none', query: z.object({ n: z.int() }), returns: stream(Row), produces: formats }),
  endless: endpoint('GET /endless', { summary: 'Endless', auth: 'none', returns: stream(Row), produces: formats }),
  fails: endpoint('GET /fails', { summary: 'Fails at once', auth: 'none', returns: stream(Row), produces: formats, errors: [Closed] }),
  breaks: endpoint('GET /breaks', { summary: 'Breaks off', auth: 'none', returns: stream(Row), produces: formats }),
  slow: endpoint('GET /slow', { summary: 'A row, then nothing', auth: 'none', returns: stream(Row), produces: formats }),
  late: endpoint('GET /late', { summary: 'Late', auth: 'none', returns: stream(Row), produces: formats, deadline: 50 }),
  import: endpoint('POST /import', {
    summary: 'Import',
    auth: 'none',
    body: stream(Row),
    accepts: ['application/x-ndjson', 'application/json'],
    bodyLimit: 64 * MiB,
    returns: z.object({ rows: z.int(), length: z.int() }),
    status: 200,
  }),
  ignore: endpoint('POST /ignore', {
    summary: 'Reads nothing',
    auth: 'none',
    body: stream(Row),
    accepts: ['application/x-ndjson'],
    bodyLimit: 8 * MiB,
    status: 202,
  }),
  echo: endpoint('POST /echo', {
    summary: 'Echo',
    auth: 'none',
    body: z.object({ text: z.string() }),
    bodyLimit: 8 * MiB,
    returns: z.object({ length: z.int() }),
    status: 200,
  }),
}

const happened = { closed: 0, taken: 0 }
let closed = Promise.withResolvers<void>()
let arrived = Promise.withResolvers<void>()
const late = Promise.withResolvers<void>()
const ended = Promise.withResolvers<void>()
const release = Promise.withResolvers<void>()

async function* counting(most: number, text = 'x'.repeat(100)) {
  try {
    for (let id = 0; id < most; id++) {
      happened.taken = id
      yield { id, text, secret: 'never leaves' }
    }
  } finally {
    happened.closed++
    closed.resolve()
  }
}

const routes = implement(contract, {
  few: () => [
    { id: 1, text: 'a' },
    { id: 2, text: 'b,"c"\n' },
  ],
  many: ({ query }) => counting(query.n),
  endless: () => counting(Infinity, 'x'.repeat(1000)),
  fails: () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(Closed()) }) }),
  breaks: async function* () {
    yield* counting(10_000)
    throw new Error('the database is gone')
  },
  slow: async function* () {
    yield { id: 1, text: 'a' }
    await release.promise
  },
  late: async function* () {
    try {
      await late.promise
      yield { id: 1, text: 'a' }
    } finally {
      ended.resolve()
    }
  },
  import: async ({ body }) => {
    let rows = 0
    let length = 0
    for await (const { text } of body) {
      arrived.resolve()
      rows++
      length += text.length
    }
    return { rows, length }
  },
  ignore: () => undefined,
  echo: ({ body }) => ({ length: body.text.length }),
})

describe('streams', () => {
  const lines: { level: string; message: string; fields: Readonly<Record<string, unknown>> | undefined }[] = []
  const seen = (level: string) => (message: string, fields?: Readonly<Record<string, unknown>>) =>
    void lines.push({ level, message, fields })
  const log: Log = { ...silentLog, info: seen('info'), warn: seen('warn'), error: seen('error'), child: () => log }
  let site: Awaited<ReturnType<typeof openSite>>
  before(async () => {
    site = await openSite({ routes, log, deadline: 60_000 })
  })
  after(async () => {
    release.resolve()
    await site.close()
  })
  const get = (path: string, accept: string, headers: Record<string, string> = {}) =>
    fetch(site.url + path, { headers: { accept, ...headers } })
  const post = (path: string, body: string | Uint8Array, headers: Record<string, string>) =>
    fetch(site.url + path, { method: 'POST', headers, body: body as BodyInit })

  describe('out', () => {
    it('are lines, a table or a list, as the caller likes · M04.8', async () => {
      assert.equal(await (await get('/few', 'application/x-ndjson')).text(), '{"id":1,"text":"a"}\n{"id":2,"text":"b,\\"c\\"\\n"}\n')
      assert.equal(await (await get('/few', 'text/csv')).text(), 'id,text\r\n1,a\r\n2,"b,""c""\n"\r\n')
      assert.deepEqual(await (await get('/few', 'application/json')).json(), [
        { id: 1, text: 'a' },
        { id: 2, text: 'b,"c"\n' },
      ])
    })

    it('are well-formed when they are empty', async () => {
      assert.equal(await (await get('/many?n=0', 'application/json')).text(), '[]')
      assert.equal(await (await get('/many?n=0', 'text/csv')).text(), 'id,text\r\n')
      assert.equal(await (await get('/many?n=0', 'application/x-ndjson')).text(), '')
    })

    it('let out only what the contract names, of every item', async () => {
      const rows = (await (await get('/many?n=3000', 'application/json')).json()) as object[]
      assert.equal(rows.length, 3000)
      assert.deepEqual(rows[2999], { id: 2999, text: 'x'.repeat(100) })
    })

    it('take from the source no more than the caller takes, and close it when the caller is gone · M04.8', async () => {
      closed = Promise.withResolvers()
      const aborting = new AbortController()
      const response = await fetch(`${site.url}/endless`, {
        headers: { accept: 'text/csv', 'accept-encoding': 'identity' },
        signal: aborting.signal,
      })
      const reader = response.body!.getReader()
      await reader.read()
      // What fits into the buffers of two sockets; an unbounded one would take all there is.
      let before = -1
      for (let still = 0; still < 200; still = happened.taken === before ? still + 1 : 0) {
        before = happened.taken
        await setImmediate()
      }
      assert.ok(happened.taken < 20_000, `${happened.taken} rows`)
      aborting.abort()
      await closed.promise
    })

    it('that fail before the first item are answered with the problem', async () => {
      const response = await get('/fails', 'text/csv')
      assert.deepEqual([response.status, response.headers.get('content-type')], [409, 'application/problem+json'])
    })

    it('that come after the deadline are closed and not sent', async () => {
      const before = lines.length
      assert.equal((await get('/late', 'text/csv')).status, 504)
      late.resolve()
      await ended.promise
      assert.equal(lines.slice(before).filter(({ message }) => message === 'failed after its answer').length, 0)
    })

    it('that fail later break the connection, so that nobody takes half for the whole, and are logged · M04.26', async () => {
      const response = await get('/breaks', 'text/csv')
      assert.equal(response.status, 200)
      await assert.rejects(response.text())
      const line = lines.findLast(({ fields }) => (fields?.['error'] as Error | undefined)?.message === 'the database is gone')
      assert.equal(line?.level, 'error')
    })

    it('send a row at once when the next one takes its time, compressed too', async () => {
      for (const coding of ['identity', 'gzip', 'br', 'zstd']) {
        const aborting = new AbortController()
        const response = await fetch(`${site.url}/slow`, {
          headers: { accept: 'application/x-ndjson', 'accept-encoding': coding },
          signal: aborting.signal,
        })
        const { value } = await response.body!.getReader().read()
        assert.ok(Buffer.from(value!).toString().startsWith('{"id":1,"text":"a"}\n'), coding)
        aborting.abort()
      }
    })
  })

  describe('in', () => {
    const ndjson = { 'content-type': 'application/x-ndjson' }
    const row = (id: number, text = 'ä') => `${JSON.stringify({ id, text })}\n`

    it('are checked line by line and handed over as they arrive · M04.8', async () => {
      const body = Array.from({ length: 1000 }, (_, id) => row(id)).join('')
      for (const sent of [body, body.replaceAll('\n', '\r\n'), body.slice(0, -1)])
        assert.deepEqual(await (await post('/import', sent, ndjson)).json(), { rows: 1000, length: 1000 })
      assert.deepEqual(await (await post('/import', '', ndjson)).json(), { rows: 0, length: 0 })
    })

    it('are read across the borders of chunks, even inside of a character', async () => {
      const bytes = Buffer.from(row(1, 'äöü€😀') + row(2, 'x'))
      const answer = await new Promise<string>((resolve, reject) => {
        const asked = request(`${site.url}/import`, { method: 'POST', headers: ndjson }, (response) => {
          void response.toArray().then((chunks) => resolve(Buffer.concat(chunks as Buffer[]).toString()), reject)
        })
        for (const byte of bytes) asked.write(Buffer.of(byte))
        asked.end()
      })
      assert.deepEqual(JSON.parse(answer), { rows: 2, length: 7 })
    })

    it('name the line of what is wrong · M04.8', async () => {
      const bad = await post('/import', row(1) + row(2) + '{"id":3,"text":}\n' + row(4), ndjson)
      assert.equal(bad.status, 400)
      assert.deepEqual(
        await bad
          .json()
          .then((p) => p as { code: string; line: number; column: number })
          .then(({ code, line, column }) => [code, line, column]),
        ['malformed-json', 3, 16],
      )
      assert.equal((await post('/import', `${row(1)}\n${row(2)}`, ndjson)).status, 400)
      const invalid = await post('/import', row(1) + '{"id":"2","text":"x"}\n', ndjson)
      assert.equal(invalid.status, 422)
      const { errors } = (await invalid.json()) as { errors: { pointer: string; field: string; params: { item: number } }[] }
      assert.deepEqual(
        errors.map(({ pointer, field, params }) => [pointer, field, params.item]),
        [['/1/id', '1.id', 2]],
      )
    })

    it('refuse a line that is longer than memory should hold', async () => {
      const response = await post('/import', `{"id":1,"text":"${'x'.repeat(2 * MiB)}"}`, ndjson)
      assert.equal(response.status, 413)
    })

    it('may be a JSON array as well', async () => {
      const response = await post('/import', `[${row(1)},${row(2)}]`, { 'content-type': 'application/json' })
      assert.deepEqual(await response.json(), { rows: 2, length: 2 })
      assert.equal((await post('/import', '{}', { 'content-type': 'application/json' })).status, 422)
    })

    it('need not be read, and the answer still arrives', async () => {
      assert.equal((await post('/ignore', row(1).repeat(100), ndjson)).status, 202)
      assert.equal((await post('/ignore', row(1).repeat(100_000), ndjson)).status, 202)
    })

    it('that break off reach the handler as an error', async () => {
      const before = lines.length
      const asked = request(`${site.url}/import`, { method: 'POST', headers: { ...ndjson, 'content-length': '1000' } })
      asked.on('error', () => {})
      arrived = Promise.withResolvers()
      asked.write(row(1))
      await arrived.promise
      asked.destroy()
      while (!lines.slice(before).some(({ fields }) => fields?.['status'] === 499)) await setImmediate()
    })
  })

  describe('encoded bodies · M02.42', () => {
    const json = { 'content-type': 'application/json' }
    const row = `{"id":1,"text":"${'x'.repeat(1000)}"}\n`
    const encoders = {
      gzip: gzipSync,
      'x-gzip': gzipSync,
      br: (bytes: string | Buffer) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }),
      zstd: zstdCompressSync,
      deflate: deflateSync,
    }
    const text = JSON.stringify({ text: 'hello '.repeat(1000) })

    it('are decoded, also one in another', async () => {
      for (const [coding, encode] of Object.entries(encoders)) {
        const response = await post('/echo', encode(text), { ...json, 'content-encoding': coding })
        assert.deepEqual([response.status, await response.json()], [200, { length: 6000 }], coding)
      }
      const twice = await post('/echo', brotliCompressSync(gzipSync(text)), { ...json, 'content-encoding': 'gzip, BR' })
      assert.equal(twice.status, 200)
      assert.equal((await post('/echo', text, { ...json, 'content-encoding': 'identity' })).status, 200)
      const two = Buffer.concat([gzipSync(text.slice(0, 100)), gzipSync(text.slice(100))])
      assert.equal((await post('/echo', two, { ...json, 'content-encoding': 'gzip' })).status, 200)
    })

    it('in a coding that is not known are 415, with those that are', async () => {
      for (const coding of ['compress', 'gzip, rot13', 'gzip, gzip, gzip', 'constructor']) {
        const response = await post('/echo', text, { ...json, 'content-encoding': coding })
        assert.deepEqual([response.status, response.headers.get('accept-encoding')], [415, 'zstd, br, gzip, deflate'], coding)
      }
    })

    it('that are bombs are 413: by size, and by ratio where the limit is high', async () => {
      for (const [coding, encode] of Object.entries(encoders)) {
        const bomb = encode(Buffer.alloc(12 * MiB, 0x20))
        assert.equal((await post('/echo', bomb, { ...json, 'content-encoding': coding })).status, 413, coding)
        const lines = encode(Buffer.from(row.repeat(4000)))
        const imported = await post('/import', lines, { 'content-type': 'application/x-ndjson', 'content-encoding': coding })
        assert.equal(imported.status, 413, coding)
      }
      const nested = await post('/echo', gzipSync(gzipSync(Buffer.alloc(12 * MiB))), { ...json, 'content-encoding': 'gzip, gzip' })
      assert.equal(nested.status, 413)
    })

    it('that are broken, cut short or followed by something are 400', async () => {
      for (const [coding, encode] of Object.entries(encoders)) {
        const whole = encode(text)
        for (const bytes of [whole.subarray(0, -5), Buffer.concat([whole, Buffer.from('more')]), Buffer.from(text), new Uint8Array()]) {
          const response = await post('/echo', bytes, { ...json, 'content-encoding': coding })
          assert.deepEqual(
            [response.status, ((await response.json()) as { code: string }).code],
            [400, 'bad-request'],
            `${coding} ${bytes.length}`,
          )
        }
      }
    })

    it('of any bytes are answered, and never with a 500', async () => {
      const coding = fc.constantFrom(...Object.entries(encoders))
      const damage = fc.tuple(fc.nat({ max: 200 }), fc.uint8Array({ minLength: 1, maxLength: 4 }))
      await fc.assert(
        fc.asyncProperty(coding, damage, async ([name, encode], [at, bytes]) => {
          const sent = encode(text)
          sent.set(bytes, Math.min(at, sent.length - bytes.length))
          const { status } = await post('/echo', sent, { ...json, 'content-encoding': name })
          assert.ok([200, 400, 413, 422].includes(status), `${status}`)
        }),
        { seed: 2, numRuns: 150 },
      )
    })

    it('can be streams', async () => {
      const words = Array.from({ length: 5000 }, (_, id) => `${JSON.stringify({ id, text: Math.sin(id).toString(36) })}\n`).join('')
      const response = await post('/import', zstdCompressSync(words), {
        'content-type': 'application/x-ndjson',
        'content-encoding': 'zstd',
      })
      assert.equal(((await response.json()) as { rows: number }).rows, 5000)
    })
  })
})
