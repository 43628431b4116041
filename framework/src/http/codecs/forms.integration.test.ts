import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { connect } from 'node:net'
import { after, before, describe, it } from 'node:test'
import * as z from 'zod'
import { openSite } from '../../../test/http/site.ts'
import { client } from '../../contract/client/client.ts'
import { endpoint } from '../../contract/endpoint.ts'
import { file, files, form } from '../../contract/form.ts'
import { toOpenApi } from '../../contract/openapi.ts'
import { toJsonSchema } from '../../contract/to-json-schema.ts'
import { rawBody } from '../guard/raw-body.ts'
import { implement } from '../implement.ts'
import { msgpack } from './msgpack/index.ts'
import { xml } from './xml/index.ts'

const Uploaded = z.object({ title: z.string(), name: z.string(), bytes: z.int(), sha256: z.string() })
const upload = form({ title: z.string().min(1), photo: file({ maxSize: 8_000_000, types: ['image/png'] }) })

const contract = {
  upload: endpoint('POST /photos', { summary: 'Upload', auth: 'none', body: upload, bodyLimit: 9_000_000, returns: Uploaded }),
  ignore: endpoint('POST /ignored', {
    summary: 'Does not look at the file',
    auth: 'none',
    body: upload,
    bodyLimit: 9_000_000,
    returns: z.string(),
  }),
  album: endpoint('POST /albums', {
    summary: 'Several',
    auth: 'none',
    body: form({ photos: files({ maxCount: 5 }) }),
    bodyLimit: 100_000,
    returns: z.array(z.string()),
  }),
  subscribe: endpoint('POST /subscriptions', {
    summary: 'A plain form',
    auth: 'none',
    body: form({ email: z.email(), age: z.int(), news: z.boolean().optional() }),
    returns: z.object({ email: z.string(), age: z.int() }),
  }),
  signed: endpoint('POST /signed', {
    summary: 'Signed',
    auth: 'none',
    body: z.object({ a: z.int() }),
    rawBody: true,
    returns: z.object({ a: z.int(), raw: z.string() }),
  }),
  echo: endpoint('POST /echo', {
    summary: 'Any format',
    auth: 'none',
    body: z.object({ n: z.int(), tags: z.array(z.string()) }),
    returns: z.object({ n: z.int(), tags: z.array(z.string()) }),
    status: 200,
    accepts: ['application/json', 'application/msgpack', 'application/xml'],
    produces: ['application/json', 'application/msgpack', 'application/xml'],
  }),
}

describe('forms over HTTP', () => {
  let site: Awaited<ReturnType<typeof openSite>>
  before(async () => {
    site = await openSite({
      bodyLimit: 1024,
      codecs: [msgpack(), xml()],
      routes: implement(contract, {
        upload: async ({ body: { title, photo } }) => {
          const hash = createHash('sha256')
          let bytes = 0
          for await (const chunk of photo.content) {
            hash.update(chunk)
            bytes += chunk.length
          }
          return { title, name: photo.name, bytes, sha256: hash.digest('hex') }
        },
        ignore: ({ body }) => body.title,
        album: async ({ body }) => {
          const names: string[] = []
          for await (const photo of body.photos) names.push(photo.name)
          return names
        },
        subscribe: ({ body }) => body,
        signed: (c) => ({ a: c.body.a, raw: Buffer.from(rawBody(c)).toString() }),
        echo: ({ body }) => body,
      }),
    })
  })
  after(() => site.close())

  it('streams a file of megabytes to the handler, through the typed client · M07.7 M04.8', async () => {
    const bytes = Buffer.alloc(7_500_000, 'throughline')
    const outcome = await client(contract, { baseUrl: site.url }).upload({
      body: { photo: new File([bytes], '../a.png', { type: 'image/png' }), title: 'Tower' },
    })
    assert.ok(outcome.ok, JSON.stringify(outcome))
    assert.deepEqual(outcome.value, {
      title: 'Tower',
      name: 'a.png',
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    })
  })

  it('answers 413 when a file grows beyond what its contract allows', async () => {
    const { status, body } = await post(
      '/photos',
      formOf(['title', 'T'], ['photo', new File([Buffer.alloc(8_500_000)], 'a.png', { type: 'image/png' })]),
    )
    assert.deepEqual([status, body.code, body.limit], [413, 'content-too-large', 8_000_000])
  })

  it('refuses what does not fit before the handler sees a byte', async () => {
    const { status, body } = await post('/photos', formOf(['photo', new File(['<script>'], 'a.html', { type: 'text/html' })]))
    assert.equal(status, 422)
    assert.deepEqual(
      body.errors.map(({ field, code }) => [field, code]),
      [
        ['title', 'required'],
        ['photo', 'not-one-of'],
      ],
    )
  })

  it('answers at once when nobody reads the file, even if the sender never ends it · M07.7', async () => {
    const head = 'POST /ignored HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 5000000\r\n\r\n'
    const parts =
      '--b\r\nContent-Disposition: form-data; name="title"\r\n\r\nT\r\n--b\r\nContent-Disposition: form-data; name="photo"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n'
    const answer = await site.raw(head + parts + 'x'.repeat(300_000), /"T"/)
    assert.match(answer, /^HTTP\/1.1 201 /)
    assert.match(answer, /connection: close/i)
  })

  it('tells the handler when the sender goes away in the middle of a file', async () => {
    const gone = Promise.withResolvers<unknown>()
    const once = await openSite({
      bodyLimit: 9_000_000,
      routes: implement(
        { upload: contract.upload },
        {
          upload: async ({ body }) => {
            try {
              for await (const chunk of body.photo.content) if (chunk.length > 0) socket.destroy()
            } catch (error) {
              gone.resolve(error)
              throw error
            }
            return { title: '', name: '', bytes: 0, sha256: '' }
          },
        },
      ),
    })
    const socket = connect(Number(new URL(once.url).port), '127.0.0.1')
    socket.on('error', () => {})
    socket.write(
      'POST /photos HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 50000\r\n\r\n--b\r\nContent-Disposition: form-data; name="title"\r\n\r\nT\r\n--b\r\nContent-Disposition: form-data; name="photo"; filename="a.png"\r\nContent-Type: image/png\r\n\r\nabc',
    )
    assert.equal(((await gone.promise) as { code?: string }).code, 'client-closed-request')
    await once.close()
  })

  it('skips what nobody reads of several files', async () => {
    const { body } = await post(
      '/albums',
      formOf(...['a', 'b', 'c'].map((name) => ['photos', new File([Buffer.alloc(20_000)], name)] as const)),
    )
    assert.deepEqual(body, ['a', 'b', 'c'])
  })

  it('reads a plain form in both encodings, converted as declared · M04.8', async () => {
    const expected = { email: 'a@example.com', age: 42 }
    assert.deepEqual((await post('/subscriptions', new URLSearchParams({ email: 'a@example.com', age: '42' }))).body, expected)
    assert.deepEqual((await post('/subscriptions', formOf(['email', 'a@example.com'], ['age', '42']))).body, expected)
    const outcome = await client(contract, { baseUrl: site.url }).subscribe({ body: { ...expected, news: true } })
    assert.deepEqual(outcome.ok && outcome.value, expected)
    const wrong = await post('/subscriptions', new URLSearchParams({ email: 'a@example.com', age: 'old' }))
    assert.deepEqual([wrong.status, wrong.body.errors[0]?.field], [422, 'age'])
  })

  it('answers 415 to JSON where a form is declared, and 413 to a form over the limit', async () => {
    assert.equal((await post('/subscriptions', '{}', 'application/json')).status, 415)
    assert.equal((await post('/subscriptions', `email=${'a'.repeat(2000)}`, 'application/x-www-form-urlencoded')).status, 413)
  })

  it('keeps the bytes of a signed body beside what was parsed from them · M07.7', async () => {
    assert.deepEqual((await post('/signed', '{ "a":\t1 }', 'application/json')).body, { a: 1, raw: '{ "a":\t1 }' })
  })

  it('takes and gives the same value in every format that the contract names · M04.4 M04.2', async () => {
    const value = { n: 42, tags: ['a', '<b>'] }
    const schema = toJsonSchema(contract.echo.promises.returns!, 'x', 'output')
    for (const codec of [msgpack(), xml()]) {
      const body = Buffer.from(codec.writer!(schema, 'x')(value) as string)
      const answer = await fetch(`${site.url}/echo`, {
        method: 'POST',
        body,
        headers: { 'content-type': codec.mediaType, accept: codec.mediaType },
      })
      assert.equal(answer.status, 200)
      assert.equal(answer.headers.get('content-type')?.split(';')[0], codec.mediaType)
      assert.deepEqual(codec.reader!(schema, 'x')(Buffer.from(await answer.arrayBuffer())), value)
      const broken = await fetch(`${site.url}/echo`, { method: 'POST', body: '\u00ff<', headers: { 'content-type': codec.mediaType } })
      assert.equal(broken.status, 400)
    }
  })

  it('describes forms in OpenAPI by their own media types', () => {
    const routes = [
      { name: 'upload', prefix: '', endpoint: contract.upload },
      { name: 'subscribe', prefix: '', endpoint: contract.subscribe },
    ]
    const { paths } = toOpenApi({ title: 'x', version: '1', routes }) as {
      paths: Record<string, { post: { requestBody: { content: object } } }>
    }
    const typesOf = (path: string) => Object.keys(paths[path]!.post.requestBody.content)
    assert.deepEqual(typesOf('/photos'), ['multipart/form-data'])
    assert.deepEqual(typesOf('/subscriptions'), ['application/x-www-form-urlencoded', 'multipart/form-data'])
  })

  async function post(path: string, body: FormData | URLSearchParams | string, type?: string) {
    const answer = await fetch(site.url + path, { method: 'POST', body, ...(type !== undefined && { headers: { 'content-type': type } }) })
    const text = await answer.text()
    return { status: answer.status, body: JSON.parse(text) as { code: string; limit: number; errors: { field: string; code: string }[] } }
  }
})

function formOf(...members: (readonly [string, string | File])[]): FormData {
  const data = new FormData()
  for (const [name, value] of members) data.append(name, value)
  return data
}
