import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { after, before, describe, it } from 'node:test'
import * as z from 'zod'
import { openSite } from '../../../test/http/site.ts'
import { endpoint } from '../../contract/endpoint.ts'
import { connect } from '../connect.ts'
import { implement } from '../implement.ts'
import type { Exchange } from '../exchange.ts'
import { rawReply } from '../stage.ts'
import { sendHead, writeByNode } from './head.ts'

const Note = z.object({ text: z.string() })
const contract = {
  read: endpoint('GET /notes/{noteId}', { summary: 'Read', auth: 'none', returns: Note, etag: true }),
  later: endpoint('GET /later', { summary: 'Read, later', auth: 'none', returns: Note }),
  write: endpoint('POST /notes', { summary: 'Write', auth: 'none', body: Note, returns: Note, location: '/notes/{text}' }),
  erase: endpoint('DELETE /notes/{noteId}', { summary: 'Erase', auth: 'none' }),
  bytes: endpoint('GET /bytes', { summary: 'Bytes', auth: 'none', mediaType: 'application/octet-stream' }),
  cookies: endpoint('GET /cookies', { summary: 'A header of its own', auth: 'none', mediaType: 'text/plain' }),
}
const routes = implement(contract, {
  read: ({ params }) => ({ text: params.noteId }),
  later: async () => ({ text: 'grüße 中' }),
  write: ({ body }) => body,
  erase: () => undefined,
  bytes: () => rawReply(Buffer.from([0, 1, 2, 255]), { type: 'application/octet-stream' }),
  cookies: () => rawReply('moved', { type: 'text/plain', status: 303, headers: { location: '/notes/1', 'set-cookie': 'a=b; HttpOnly' } }),
})

const host = 'Host: x\r\n'
const close = `${host}Connection: close\r\n`
const note = '{"text":"hello"}'
/** Each one ends its connection. */
const exchanges: Readonly<Record<string, string>> = {
  'one request': `GET /notes/1 HTTP/1.1\r\n${close}\r\n`,
  'several on one connection': `GET /notes/1 HTTP/1.1\r\n${host}\r\nGET /later HTTP/1.1\r\n${host}\r\nGET /bytes HTTP/1.1\r\n${close}\r\n`,
  'a slow one in front of fast ones': `GET /later HTTP/1.1\r\n${host}\r\nGET /notes/1 HTTP/1.1\r\n${host}\r\nGET /notes/2 HTTP/1.1\r\n${close}\r\n`,
  'more than a connection may carry': `${`GET /notes/1 HTTP/1.1\r\n${host}\r\n`.repeat(4)}GET /notes/1 HTTP/1.1\r\n${close}\r\n`,
  'HTTP/1.0': 'GET /notes/1 HTTP/1.0\r\n\r\n',
  'HTTP/1.0 that would stay': `GET /notes/1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\nDELETE /notes/1 HTTP/1.0\r\n\r\n`,
  HEAD: `HEAD /notes/1 HTTP/1.1\r\n${host}\r\nHEAD /later HTTP/1.1\r\n${close}\r\n`,
  204: `DELETE /notes/1 HTTP/1.1\r\n${host}\r\nDELETE /notes/1 HTTP/1.1\r\n${close}\r\n`,
  304: `GET /notes/1 HTTP/1.1\r\n${host}If-None-Match: *\r\n\r\nGET /notes/1 HTTP/1.1\r\n${close}If-None-Match: *\r\n\r\n`,
  'a body': `POST /notes HTTP/1.1\r\n${host}Content-Type: application/json\r\nContent-Length: 16\r\n\r\n${note}GET /notes/1 HTTP/1.1\r\n${close}\r\n`,
  'a body that asked leave': `POST /notes HTTP/1.1\r\n${close}Content-Type: application/json\r\nContent-Length: 16\r\nExpect: 100-continue\r\n\r\n${note}`,
  'a body that gets no leave': `POST /nowhere HTTP/1.1\r\n${host}Content-Length: 16\r\nExpect: 100-continue\r\n\r\n`,
  'a body too long to read': `POST /nowhere HTTP/1.1\r\n${host}Content-Length: 99999999\r\n\r\n`,
  'a refusal': `GET /nowhere HTTP/1.1\r\n${host}\r\nPUT /later HTTP/1.1\r\n${close}\r\n`,
  'headers of its own': `GET /cookies HTTP/1.1\r\n${host}\r\nOPTIONS /later HTTP/1.1\r\n${close}\r\n`,
}

const withoutDate = (answer: string) => answer.replaceAll(/^Date: \w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT\r$/gm, 'Date\r')
const shared = { routes, ids: { next: () => 'the-only-id' }, connectionLimits: { requestsPerConnection: 3, keepAliveTimeout: 7500 } }

describe('a head in one piece and one by writeHead', () => {
  let text: Awaited<ReturnType<typeof openSite>>
  let node: Awaited<ReturnType<typeof openSite>>
  before(async () => {
    text = await openSite({ ...shared, sendHead })
    node = await openSite({ ...shared, sendHead: writeByNode })
  })
  after(() => Promise.all([text.close(), node.close()]))

  for (const [name, bytes] of Object.entries(exchanges))
    it(`are the same bytes, and the connection has the same fate: ${name} · M02.7 M02.37`, async () => {
      const [one, other] = await Promise.all([text.raw(bytes), node.raw(bytes)])
      assert.match(one, /^Date: \w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT\r$/m)
      assert.equal(withoutDate(one), withoutDate(other))
    })
})

describe('a response whose head was written in one piece', () => {
  it('finishes and closes as any other, and is still seen by who listens for its head · M02.7', async () => {
    const events: string[] = []
    const heads: number[] = []
    const done = Promise.withResolvers<void>()
    const site = await openSite({
      routes,
      outer: [
        connect((_request, response, next) => {
          const writeHead = response.writeHead.bind(response)
          response.writeHead = ((status: number, headers: never) => {
            heads.push(status)
            return writeHead(status, headers)
          }) as ServerResponse['writeHead']
          next()
        }),
        (c, next) => {
          const { response } = c as Exchange
          response.on('finish', () => events.push(`finish ${response.writableFinished}`))
          response.on('close', () => (events.push(`close ${response.headersSent} ${response.writableEnded}`), done.resolve()))
          return next()
        },
      ],
    })
    assert.equal((await fetch(`${site.url}/notes/1`)).status, 200)
    await done.promise
    await site.close()
    assert.deepEqual(events, ['finish true', 'close true true'])
    assert.deepEqual(heads, [200])
  })
})

describe('a request without a body', () => {
  it('still ends for a middleware that waits for its end · M02.37', async () => {
    const site = await openSite({
      routes,
      outer: [
        connect((request, response) => {
          request.resume()
          request.on('end', () => setImmediate(() => response.end('it ended')))
        }),
      ],
    })
    assert.equal(await (await fetch(`${site.url}/notes/1`)).text(), 'it ended')
    await site.close()
  })

  it('is closed with its answer where nobody asked for it, and the connection goes on · M02.37', async () => {
    const ended: boolean[] = []
    const site = await openSite({
      routes,
      outer: [
        (c, next) => {
          const { request, response } = c as Exchange
          request.on('error', () => ended.push(false))
          response.on('finish', () => ended.push(request.readableEnded))
          return next()
        },
      ],
    })
    const answers = await site.raw(
      `GET /notes/1 HTTP/1.1\r\n${host}\r\nGET /later HTTP/1.1\r\n${host}\r\nPOST /notes HTTP/1.1\r\n${close}Content-Type: application/json\r\nContent-Length: 16\r\n\r\n${note}`,
    )
    await site.close()
    assert.equal(answers.match(/HTTP\/1\.1 20[01] /g)?.length, 3)
    assert.deepEqual(ended, [true, true, true])
  })
})
