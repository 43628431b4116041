import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { application, boot, type Running } from '../../app.ts'
import { openLog } from '../../system/log/index.ts'
import { serverSettings, settings } from '../../system/config/index.ts'
import { testClock } from '../testing/index.ts'

let problem: string | undefined
let asleep: PromiseWithResolvers<void> | undefined
const clock = testClock('2026-01-31T12:00:00Z')

const app = application({
  name: 'rooted',
  version: '1.2.3',
  settings: settings({ ...serverSettings }),
  wire: () => ({
    routes: [],
    jwks: async () => ({ keys: [{ kty: 'OKP', kid: 'k-1' }] }),
    securityContact: 'security@example.com',
    resources: [
      {
        name: 'store',
        open: async () => {},
        close: async () => {},
        health: async (signal) => {
          asleep?.resolve()
          if (asleep) await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
          return problem
        },
      },
    ],
  }),
})

let running: Running
const lines: string[] = []

before(async () => {
  const log = openLog({ level: 'warn', destination: { write: (line: string) => lines.push(line) } })
  running = await boot(app, { log, clock, sources: { env: { PORT: '0', DRAIN_DELAY: '5s' }, argv: [], cwd: import.meta.dirname } })
})

after(async () => {
  const closed = running.close()
  clock.advance(60_000)
  await closed
})

async function get(path: string, headers: Record<string, string> = {}) {
  const response = await fetch(running.url + path, { headers })
  return { status: response.status, headers: response.headers, text: await response.text() }
}

function checkOf(name: string, text: string): unknown {
  return (JSON.parse(text) as { checks: { name: string }[] }).checks.find((check) => check.name === name)
}

describe('the roots of every application', () => {
  it('says live, ready and started while all is well · M18.2', async () => {
    assert.deepEqual(JSON.parse((await get('/health/live')).text), { status: 'live' })
    assert.deepEqual(JSON.parse((await get('/health/startup')).text), { status: 'started' })
    const { status, text } = await get('/health/ready')
    assert.equal(status, 200)
    assert.deepEqual(checkOf('store', text), { name: 'store', healthy: true })
  })

  it('is not ready when a resource is not well, and tells why to the log only', async () => {
    problem = 'cannot reach db.internal as user shop'
    try {
      const { status, headers, text } = await get('/health/ready')
      assert.equal(status, 503)
      assert.equal(headers.get('retry-after'), '1')
      const document = JSON.parse(text)
      assert.equal(document.code, 'not-ready')
      assert.equal(document.detail, 'Not well: store.')
      assert.deepEqual(checkOf('store', text), { name: 'store', healthy: false })
      assert.doesNotMatch(text, /internal/)
      assert.match(lines.join(''), /db\.internal/)
      assert.equal((await get('/health/live')).status, 200)
    } finally {
      problem = undefined
    }
  })

  it('answers a probe in time when a resource does not', async () => {
    asleep = Promise.withResolvers()
    try {
      const asked = get('/health/ready')
      await asleep.promise
      clock.advance(5_000)
      assert.ok([503, 504].includes((await asked).status))
    } finally {
      asleep = undefined
    }
  })

  it('lists every route in the document and nothing else · M21.7', async () => {
    const document = JSON.parse((await get('/openapi.json')).text)
    assert.deepEqual(Object.keys(document.paths).toSorted(), [
      '/.well-known/jwks.json',
      '/.well-known/security.txt',
      '/docs',
      '/docs/{asset}',
      '/health/live',
      '/health/ready',
      '/health/startup',
      '/metrics',
      '/openapi.json',
      '/openapi.yaml',
    ])
    assert.equal(document.info.version, '1.2.3')
  })

  it('lets pages of other origins read the contract, and answers 304 to who has it · M21.8', async () => {
    for (const [path, type] of [
      ['/openapi.json', 'application/json'],
      ['/openapi.yaml', 'application/yaml'],
    ] as const) {
      const first = await get(path)
      assert.equal(first.headers.get('content-type'), type)
      assert.equal(first.headers.get('access-control-allow-origin'), '*')
      const again = await get(path, { 'if-none-match': first.headers.get('etag')! })
      assert.equal(again.status, 304)
      assert.equal(again.text, '')
      const small = await get(path, { 'accept-encoding': 'br' })
      assert.match(small.headers.get('etag')!, /-br"$/)
      assert.equal((await get(path, { 'accept-encoding': 'br', 'if-none-match': small.headers.get('etag')! })).status, 304)
    }
  })

  it('serves the page with a policy that lets nothing in from elsewhere', async () => {
    const { status, headers, text } = await get('/docs')
    assert.equal(status, 200)
    assert.match(headers.get('content-security-policy')!, /^default-src 'none';/)
    assert.doesNotMatch(text, /<script>|<style|style=|onclick|https?:/)
    for (const [, asset] of text.matchAll(/(?:href|src)="(docs\/[^"]+)"/g)) assert.equal((await get(`/${asset}`)).status, 200, asset)
  })

  for (const path of [
    '/docs/../package.json',
    '/docs/..%2f..%2fpackage.json',
    '/docs/%2e%2e/app.js',
    '/docs//etc/passwd',
    '/docs/none.js',
    '/docs/',
  ]) {
    it(`gives no file for ${path}`, async () => {
      assert.equal((await get(path)).status, 404)
    })
  }

  it('publishes keys, security contact and metrics', async () => {
    const keys = await get('/.well-known/jwks.json')
    assert.equal(keys.headers.get('content-type'), 'application/jwk-set+json')
    assert.deepEqual(JSON.parse(keys.text), { keys: [{ kty: 'OKP', kid: 'k-1' }] })
    assert.match((await get('/.well-known/security.txt')).text, /^Contact: mailto:security@example\.com\nExpires: 2026-05-01/)
    const metrics = await get('/metrics')
    assert.match(metrics.headers.get('content-type')!, /^text\/plain; version=0\.0\.4/)
    assert.match(metrics.text, /http_server_request_duration_seconds_count\{method="GET",route="\/docs",status="200"\} 1/)
  })

  it('is alive but not ready while it drains · M18.2', async () => {
    void running.close()
    const { status, text } = await get('/health/ready')
    assert.equal(status, 503)
    assert.equal(JSON.parse(text).state, 'draining')
    assert.equal((await get('/health/live')).status, 200)
    assert.equal((await get('/health/startup')).status, 200)
  })
})
