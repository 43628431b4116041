import assert from 'node:assert/strict'
import { once } from 'node:events'
import { get, type IncomingHttpHeaders } from 'node:http'
import { connect } from 'node:http2'
import { after, before, describe, it } from 'node:test'
import * as z from 'zod'
import { certificateFolder, certificates } from '../../../test/http/certificates.ts'
import { openSite } from '../../../test/http/site.ts'
import { endpoint } from '../../contract/endpoint.ts'
import { problem } from '../../contract/problem.ts'
import { implement } from '../implement.ts'
import type { SiteOptions } from '../serve.ts'
import { rawReply, reply } from '../stage.ts'
import { earlyHints } from './early-hints.ts'
import { cspNonce } from './security-headers.ts'

const page = { auth: 'none', mediaType: 'text/html' } as const
const contract = {
  data: endpoint('GET /data', { summary: 'Data', auth: 'none', returns: z.object({}) }),
  page: endpoint('GET /page', { summary: 'A page with a script of its own', ...page }),
  plain: endpoint('GET /plain', { summary: 'A page without', ...page }),
  own: endpoint('GET /own', { summary: 'Headers by hand', auth: 'none', returns: z.object({}) }),
  framed: endpoint('GET /framed', {
    summary: 'May be framed',
    ...page,
    securityHeaders: { csp: { 'frame-ancestors': 'https://partner.example' } },
  }),
  bare: endpoint('GET /bare', { summary: 'None', auth: 'none', securityHeaders: 'none', returns: z.object({}) }),
  split: endpoint('GET /split', {
    summary: 'Sets a header from outside',
    auth: 'none',
    query: z.object({ note: z.string(), odd: z.boolean().default(false) }),
    returns: z.object({}),
  }),
  hinted: endpoint('GET /hinted', { summary: 'Says early what it will need', ...page }),
}
const Odd = problem('odd', 409, z.object({ note: z.string() }), { headers: ({ note }) => ({ 'x-note': note }) })
const html = { type: 'text/html; charset=utf-8' }
const links = ['</app.css>; rel=preload; as=style', '</app.js>; rel=modulepreload']
let sent: boolean[] = []

const routes = implement(contract, {
  data: () => ({}),
  page: (c) => rawReply(`<script nonce="${cspNonce(c)}">1</script><style nonce="${cspNonce(c)}"></style>`, html),
  plain: () => rawReply('<p>', html),
  own: () => reply({}, { headers: { 'content-security-policy': "default-src 'self'", 'x-frame-options': 'SAMEORIGIN' } }),
  framed: () => rawReply('<p>', html),
  bare: () => ({}),
  split: ({ query }) => {
    if (query.odd) throw Odd({ note: query.note })
    return reply({}, { headers: { 'x-note': query.note } })
  },
  hinted: async (c) => {
    sent.push(earlyHints(c, links))
    assert.throws(() => earlyHints(c, ['</a>; rel=preload\r\nset-cookie: a=b']), TypeError)
    return rawReply('<p>', html)
  },
})

describe('what browsers may do with an answer', () => {
  let site: Awaited<ReturnType<typeof openSite>>
  before(async () => {
    site = await openSite({ routes })
  })
  after(() => site.close())
  const headersOf = async (path: string) => {
    const response = await fetch(site.url + path)
    await response.arrayBuffer()
    return response.headers
  }

  it('is nothing for data, refusals included, and the server does not say what it is · M02.8 M07.6', async () => {
    for (const path of ['/data', '/nowhere', `/${'x'.repeat(9000)}`]) {
      const headers = await headersOf(path)
      assert.match(headers.get('content-security-policy')!, /^default-src 'none'.*frame-ancestors 'none'$/)
      assert.equal(headers.get('x-content-type-options'), 'nosniff')
      assert.equal(headers.get('x-frame-options'), 'DENY')
      assert.equal(headers.get('cross-origin-resource-policy'), 'same-origin')
      assert.deepEqual([headers.get('server'), headers.get('x-powered-by')], [null, null])
    }
  })

  it('is its own files for a page, and its own scripts by a nonce that no other answer has · M02.8', async () => {
    const nonces = new Set<string>()
    for (let i = 0; i < 3; i++) {
      const response = await fetch(`${site.url}/page`)
      const nonce = /nonce="([^"]+)"/.exec(await response.text())![1]!
      const policy = response.headers.get('content-security-policy')!
      assert.ok(policy.includes(`script-src 'self' 'nonce-${nonce}'; style-src 'self' 'nonce-${nonce}'`), policy)
      assert.ok(Buffer.from(nonce, 'base64').length >= 16)
      nonces.add(nonce)
    }
    assert.equal(nonces.size, 3)
    const plain = await headersOf('/plain')
    assert.doesNotMatch(plain.get('content-security-policy')!, /nonce|unsafe/)
    for (const name of ['permissions-policy', 'referrer-policy', 'cross-origin-opener-policy']) assert.ok(plain.has(name), name)
  })

  it('is what the contract or the handler says instead, once · M07.6', async () => {
    const own = await headersOf('/own')
    assert.equal(own.get('content-security-policy'), "default-src 'self'")
    assert.equal(own.get('x-frame-options'), 'SAMEORIGIN')
    assert.equal(own.get('x-content-type-options'), 'nosniff')
    const framed = await headersOf('/framed')
    assert.match(framed.get('content-security-policy')!, /frame-ancestors https:\/\/partner\.example$/)
    assert.equal(framed.get('x-frame-options'), null)
    assert.equal((await headersOf('/bare')).get('content-security-policy'), null)
  })

  it('never holds a promise of TLS over plain HTTP · M02.8 M02.44', async () => {
    assert.equal((await headersOf('/page')).get('strict-transport-security'), null)
  })

  it('is not for callers to extend: a line break in a header is a 500, and the answer stays one · M02.4', async () => {
    for (const odd of [false, true]) {
      const response = await fetch(`${site.url}/split?odd=${odd}&note=${encodeURIComponent('a\r\nset-cookie: admin=1')}`)
      assert.equal(response.status, 500)
      assert.equal(response.headers.get('set-cookie'), null)
    }
    assert.equal((await fetch(`${site.url}/split?note=fine&odd=true`)).headers.get('x-note'), 'fine')
    assert.equal((await fetch(`${site.url}/split?note=fine`)).headers.get('x-note'), 'fine')
  })
})

describe('early hints', () => {
  let site: Awaited<ReturnType<typeof openSite>>
  before(async () => {
    site = await openSite({ routes })
  })
  after(() => site.close())

  const hintsTo = (headers: Record<string, string>) =>
    new Promise<{ hints: IncomingHttpHeaders[]; status: number }>((resolve, reject) => {
      const hints: IncomingHttpHeaders[] = []
      get(`${site.url}/hinted`, { headers, agent: false }, (response) => {
        response.resume().on('end', () => resolve({ hints, status: response.statusCode! }))
      })
        .on('information', (information) => hints.push(information.headers))
        .on('error', reject)
    })

  it('tell a browser that loads a page what to fetch meanwhile', async () => {
    sent = []
    const { hints, status } = await hintsTo({ 'sec-fetch-mode': 'navigate' })
    assert.deepEqual([hints.length, hints[0]?.link, status, sent], [1, links.join(', '), 200, [true]])
  })

  it('are not for other callers, who might take them for the answer', async () => {
    sent = []
    assert.equal((await hintsTo({})).hints.length, 0)
    assert.equal((await hintsTo({ 'sec-fetch-mode': 'cors' })).hints.length, 0)
    const old = await site.raw('GET /hinted HTTP/1.0\r\nhost: a\r\nsec-fetch-mode: navigate\r\n\r\n')
    assert.match(old, /^HTTP\/1\.1 200 /)
    assert.deepEqual(sent, [false, false, false])
  })
})

describe('over TLS', () => {
  const folder = certificateFolder()
  const pair = folder.write('localhost', folder.issue(['localhost', '127.0.0.1']))
  const tls = { certificates: certificates({ pairs: [pair] }), h2: true, clients: 'none', allowedHosts: [] } as const
  const visit = async (path: string, hsts?: SiteOptions['hsts']) => {
    const site = await openSite({ routes, tls, hsts })
    const session = connect(site.url, { ca: folder.authority.certificate, servername: 'localhost' })
    try {
      const stream = session.request({ ':path': path })
      const hints: IncomingHttpHeaders[] = []
      stream.on('headers', (headers) => hints.push(headers))
      const [headers] = (await once(stream, 'response')) as [IncomingHttpHeaders]
      stream.resume()
      await once(stream, 'end')
      return { headers, hints }
    } finally {
      session.destroy()
      await site.close()
    }
  }
  after(() => folder.remove())

  it('every answer promises that it stays so, unless the application says otherwise · M02.8 M02.44', async () => {
    assert.equal((await visit('/data')).headers['strict-transport-security'], 'max-age=63072000')
    assert.equal((await visit('/nowhere')).headers['strict-transport-security'], 'max-age=63072000')
    const wider = await visit('/page', { maxAge: 31_536_000, includeSubDomains: true })
    assert.equal(wider.headers['strict-transport-security'], 'max-age=31536000; includeSubDomains')
    assert.equal((await visit('/data', false)).headers['strict-transport-security'], undefined)
  })

  it('every HTTP/2 caller gets early hints: none of them takes 103 for the answer', async () => {
    const { headers, hints } = await visit('/hinted')
    assert.deepEqual([hints.length, hints[0]?.[':status'], hints[0]?.link, headers[':status']], [1, 103, links.join(', '), 200])
  })
})
