import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import * as z from 'zod'
import { application, type Running } from '../../app.ts'
import { endpoint } from '../../contract/endpoint.ts'
import { UpstreamFailed } from '../../contract/problems.ts'
import { implement } from '../../http/implement.ts'
import { ambient } from '../../std/ambient.ts'
import { span } from '../../std/spans.ts'
import { serverSettings, settings } from '../../system/config/index.ts'
import { bootTest } from '../testing/boot-test.ts'

const evil = `"><script>window.bad=1</script><img src=x onerror=alert(1)>'`
const source = `export interface Order { id: string }

export function placeOrder(order: Order): never {
  const stock = undefined
  return reserve(stock, order)
}

function reserve(stock: unknown, order: Order): never {
  const error = new Error('no stock for ' + order.id)
  throw Object.assign(error, { code: '42P01', cause: new TypeError('the cause of it') })
}
`
const contract = {
  place: endpoint('POST /orders/{id}', {
    summary: 'Fails',
    auth: 'none',
    body: z.object({ password: z.string(), note: z.string() }),
    status: 204,
  }),
  upstream: endpoint('GET /upstream', { summary: 'Fails elsewhere', auth: 'none', status: 204, errors: [UpstreamFailed] }),
  read: endpoint('GET /things/{id}', { summary: 'Reads', auth: 'none', params: z.object({ id: z.string().max(3) }), status: 204 }),
  odd: endpoint('GET /odd', { summary: 'Throws what is no error', auth: 'none', status: 204 }),
}
const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8'

let folder: string
let running: Running
let shop: ReturnType<typeof application>

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'error-page-'))
  await writeFile(join(folder, 'orders.ts'), source)
  const { placeOrder } = (await import(pathToFileURL(join(folder, 'orders.ts')).href)) as { placeOrder: (order: object) => never }
  shop = application({
    name: 'shop',
    version: '1.0.0',
    settings: settings(serverSettings),
    wire: () => {
      ambient.want()
      return {
        routes: implement(contract, {
          place: ({ params, body, log }) => {
            log.info('placing', { note: body.note })
            span(`select 'canary-literal' as "x<b>" from orders`, () => {}, 'sql')
            placeOrder({ id: params.id })
          },
          upstream: () => {
            throw UpstreamFailed({ cause: Object.assign(new Error('connect refused'), { code: 'ECONNREFUSED' }) })
          },
          read: () => {},
          odd: () => {
            // oxlint-disable-next-line typescript/only-throw-error -- somebody does
            throw { secret: 'canary-odd' }
          },
        }),
      }
    },
  })
  running = await bootTest(shop, { dataDir: folder }, { sources: { mode: 'development' } })
})
after(async () => {
  await running.close()
  await rm(folder, { recursive: true })
})

type Init = Omit<RequestInit, 'headers'> & { headers?: Record<string, string> }

function ask(path: string, accept: string | undefined, init: Init = {}): Promise<Response> {
  return fetch(`${running.url}${path}`, { ...init, headers: { ...(accept !== undefined && { accept }), ...init.headers } })
}
function place(accept: string | undefined, id = 'o-1', headers: Record<string, string> = {}): Promise<Response> {
  return ask(`/orders/${encodeURIComponent(id)}`, accept, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer canary-token', 'x-note': evil, ...headers },
    body: JSON.stringify({ password: 'canary-password', note: evil }),
  })
}

describe('a failure in development, seen with a browser', () => {
  it('shows the line that threw, the stack, the request, the queries, the log and what to do · M15.20', async () => {
    const response = await place(browser)
    assert.equal(response.status, 500)
    assert.equal(response.headers.get('content-type'), 'text/html; charset=utf-8')
    assert.equal(response.headers.get('cache-control'), 'no-store')
    const page = await response.text()
    assert.match(page, /no stock for o-1/)
    assert.match(page, /<span class="it"><i>▸ 10<\/i><b> {2}throw Object.assign\(error, \{ code: &#39;42P01&#39;/)
    assert.match(page, /<li class="own">reserve <span class="dim">.*orders\.ts:9:/)
    assert.match(page, /Caused by <b>TypeError<\/b>: the cause of it/)
    assert.match(page, /throughline migrate up/)
    assert.match(page, /select &#39;…&#39; as &quot;x&lt;b&gt;&quot; from orders/)
    assert.match(page, /placing/)
    assert.match(page, /&quot;code&quot;: &quot;internal-error&quot;/)
    assert.match(page, new RegExp(`/console/requests/${response.headers.get('x-request-id')}"`))
  })

  it('runs nothing and loads nothing, whatever was sent · M15.20', async () => {
    const response = await place(browser, evil)
    assert.match(response.headers.get('content-security-policy')!, /^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'/)
    const page = await response.text()
    assert.ok(page.includes('window.bad=1'))
    assert.doesNotMatch(page, /<script|<img|onerror=alert\(1\)>(?!&#39;)/)
    assert.doesNotMatch(
      page.replace(/<style>.*<\/style>/s, ''),
      /<(?!\/?(?:!doctype|html|head|meta|title|style|body|main|header|p|h1|h2|small|b|section|pre|span|i|details|summary|ol|li|div|table|tr|td|th|footer|code|a)\b)/,
    )
  })

  it('tells no secret · M17.4', async () => {
    assert.doesNotMatch(await (await place(browser)).text(), /canary/)
    assert.doesNotMatch(await (await ask('/odd?token=canary-query', browser)).text(), /canary/)
  })

  it('says what is behind a failure elsewhere, and that what was thrown is no error · M15.20', async () => {
    assert.match(await (await ask('/upstream', browser)).text(), /Nothing listens at that address/)
    assert.match(await (await ask('/odd', browser)).text(), /Something that is no &#96;Error&#96; was thrown/)
  })

  it('is plain text for a terminal that asks for it, without anything that a terminal obeys · M15.20', async () => {
    const response = await place('text/plain', 'o-\u001b[31mred')
    assert.equal(response.headers.get('content-type'), 'text/plain; charset=utf-8')
    const text = await response.text()
    assert.match(text, />    10 \|   throw Object.assign/)
    assert.match(text, /^ {2}\* reserve .*orders\.ts:9:/m)
    assert.ok(!text.includes('\u001b'))
    assert.doesNotMatch(text, /canary/)
  })

  it('is the same document as ever for programs, to the byte · M15.19 M15.20', async () => {
    const own = await bootTest(shop, { dataDir: folder })
    try {
      const path = `${own.url}/orders/o-1`
      const init = {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-request-id': 'the-same-request' },
        body: '{"password":"x","note":"y"}',
      }
      const expected = await (await fetch(path, init)).text()
      for (const accept of [
        undefined,
        '*/*',
        'application/json, text/plain, */*',
        'application/problem+json',
        'text/html, application/json',
      ])
        assert.equal(await (await ask('/orders/o-1', accept, init)).text(), expected, `Accept: ${accept}`)
    } finally {
      await own.close()
    }
  })

  it('is not shown for mistakes of the caller, nor through a proxy, nor under another name · M15.20', async () => {
    const refused = await ask('/things/long-one', browser)
    assert.deepEqual([refused.status, refused.headers.get('content-type')], [422, 'application/problem+json'])
    const type = async (headers: Record<string, string>) => (await place(browser, 'o-1', headers)).headers.get('content-type')
    assert.equal(await type({ 'x-forwarded-for': '203.0.113.7' }), 'application/problem+json')
    assert.equal(await type({ via: '1.1 proxy' }), 'application/problem+json')
    const { request } = await import('node:http')
    const { hostname, port } = new URL(running.url)
    const elsewhere = await new Promise((resolve) => {
      request({ host: hostname, port, path: '/odd', headers: { host: 'evil.example', accept: browser } }, (response) => {
        response.resume()
        resolve(response.headers['content-type'])
      }).end()
    })
    assert.equal(elsewhere, 'application/problem+json')
  })
})

describe('a failure in production', () => {
  it('shows nothing but the document, whoever asks · M15.20', async (t) => {
    const production = await bootTest(shop, { dataDir: folder }, { sources: { mode: 'production' } })
    t.after(() => production.close())
    for (const path of ['/odd', '/upstream']) {
      const response = await fetch(`${production.url}${path}`, { headers: { accept: browser } })
      assert.equal(response.headers.get('content-type'), 'application/problem+json')
      assert.doesNotMatch(await response.text(), /canary|connect refused|\.ts\b|node:|"stack"/)
    }
  })
})
