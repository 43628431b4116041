import { createHmac } from 'node:crypto'
import { writeFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { requireWrk, toCells } from './lib/load.ts'
import { startServer } from './lib/process.ts'
import { race } from './lib/race.ts'
import { keep } from './lib/report.ts'
import { ratios, show } from './lib/rounds.ts'
import { origin, secret } from './servers/full/common.ts'

const programs = {
  'by hand': ['bench/servers/full/limit.mjs'],
  throughline: ['-C', '@throughline/source', 'bench/servers/full/throughline.ts'],
  'Fastify 5 + official plugins': ['bench/servers/full/fastify.mjs'],
  'Express 5 + usual middleware': ['bench/servers/full/express.mjs'],
}
const order = {
  currency: 'USD',
  email: 'a@x.com',
  note: 'leave at the door',
  items: [
    { sku: 'ABC-1', qty: 2, price: 19.99 },
    { sku: 'DEF-2', qty: 1, price: 5.5 },
  ],
}

/** What production wants around one POST, everything switched on. */
export async function run(): Promise<void> {
  requireWrk()
  const names = Object.keys(programs) as (keyof typeof programs)[]
  const folder = mkdtempSync(join(tmpdir(), 'throughline-full-'))
  const script = join(folder, 'post.lua')
  writeFileSync(script, toScript())
  const results = await race(names, {
    processes: 3,
    rounds: 7,
    start: (name) =>
      startServer(programs[name], {
        NODE_ENV: 'production',
        PORT: '0',
        LOG_FILE: '/dev/null',
        BENCH_SECRET: secret,
        BENCH_ORIGIN: origin,
      }),
    load: ({ url }) => ({ url: `${url}/orders`, seconds: 1, script }),
    async before(servers) {
      for (const name of names) await sameAnswer(name, servers[name]!.url)
    },
  })
  const rates = (name: keyof typeof programs) => results[name].map(({ perSecond }) => perSecond)
  rmSync(folder, { recursive: true })
  keep('http-full', {
    order: 1.5,
    title: 'POST with the whole production chain',
    method:
      '`POST /orders`, 190 bytes of JSON in, 250 out: request id, JSON access log, CORS, helmet-class headers, a rate limit per user with its headers, a token with a scope check, validation, serialisation by schema, a latency histogram; compression negotiated and not due. "By hand" does the same work for this one route with nothing general about it.',
    columns: [
      'server',
      'requests/s, median',
      'ratio to by hand',
      'CPU µs a request, lowest',
      'ratio, less is better',
      'requests/s to Fastify',
    ],
    rows: names.map((name) => [
      name,
      ...toCells(results[name], results['by hand']),
      show(ratios(rates(name), rates('Fastify 5 + official plugins'))),
    ]),
    chart: { values: [1] },
  })
}

/** HS256, as all four take it. */
function token(): string {
  const now = Math.floor(Date.now() / 1000)
  const claims = { sub: 'user_42', scope: 'read:users write:orders', iat: now, exp: now + 3600 }
  const signed = [{ alg: 'HS256', typ: 'JWT' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}

/** One request before the race: a server that does less is not faster. */
async function sameAnswer(name: string, url: string): Promise<void> {
  const response = await fetch(`${url}/orders`, { method: 'POST', headers: headers(), body: JSON.stringify(order) })
  const answer = (await response.json()) as { total?: number }
  const wanted = ['x-request-id', 'access-control-allow-origin', 'content-security-policy', 'x-content-type-options', 'location']
  const missing = wanted.filter((header) => !response.headers.has(header))
  const limited = [...response.headers.keys()].some((header) => header.includes('ratelimit'))
  if (response.status !== 201 || answer.total !== 45.48 || missing.length > 0 || !limited) {
    throw new Error(`${name} answered ${response.status} ${JSON.stringify(answer)} without ${missing.join(', ')}`)
  }
}

function headers(): Record<string, string> {
  return { 'content-type': 'application/json', origin, 'accept-encoding': 'gzip, br', authorization: `Bearer ${token()}` }
}

/** The request, for wrk. */
export function toScript(): string {
  const lines = Object.entries(headers()).map(([name, value]) => `wrk.headers["${name}"] = "${value}"`)
  return [`wrk.method = "POST"`, `wrk.body = '${JSON.stringify(order)}'`, ...lines, ''].join('\n')
}
