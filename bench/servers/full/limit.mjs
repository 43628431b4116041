// The same work written by hand for this one route, with nothing general about it: what a framework can be held against.
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { Ajv } from 'ajv'
import fastJson from 'fast-json-stringify'
import { createVerifier } from 'fast-jwt'
import { announce, bodySchema, logger, origin, replySchema, secret, toOrder } from './common.ts'

const valid = new Ajv({ allErrors: true, formats: { email: /^[^@]+@[^@]+$/ } }).compile(bodySchema)
const write = fastJson(replySchema)
const verify = createVerifier({ key: secret, cache: true })
const log = logger()
const buckets = new Map()
const edges = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const histogram = new Float64Array(edges.length + 1)
// What helmet sends, with its defaults.
const security = [
  'content-security-policy',
  "default-src 'self';base-uri 'self';font-src 'self' https: data:;form-action 'self';frame-ancestors 'self';img-src 'self' data:;object-src 'none';script-src 'self';script-src-attr 'none';style-src 'self' https: 'unsafe-inline';upgrade-insecure-requests",
  'cross-origin-opener-policy',
  'same-origin',
  'cross-origin-resource-policy',
  'same-origin',
  'origin-agent-cluster',
  '?1',
  'referrer-policy',
  'no-referrer',
  'strict-transport-security',
  'max-age=31536000; includeSubDomains',
  'x-content-type-options',
  'nosniff',
  'x-dns-prefetch-control',
  'off',
  'x-download-options',
  'noopen',
  'x-frame-options',
  'SAMEORIGIN',
  'x-permitted-cross-domain-policies',
  'none',
  'x-xss-protection',
  '0',
]

const server = createServer((request, response) => {
  const started = performance.now()
  const id = request.headers['x-request-id'] ?? randomUUID()
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    try {
      const user = verify(request.headers.authorization.slice(7))
      let bucket = buckets.get(user.sub)
      if (bucket === undefined) buckets.set(user.sub, (bucket = { used: 0 }))
      bucket.used++
      if (!user.scope.includes('write:orders')) return void response.writeHead(403).end()
      const body = JSON.parse(chunks.length === 1 ? chunks[0].toString() : Buffer.concat(chunks).toString())
      if (!valid(body)) return void response.writeHead(422).end(JSON.stringify(valid.errors))
      const out = write(toOrder(body))
      const headers = [
        'content-type',
        'application/json; charset=utf-8',
        'content-length',
        String(Buffer.byteLength(out)),
        'x-request-id',
        id,
        'vary',
        'Origin',
        'access-control-allow-origin',
        origin,
        'access-control-allow-credentials',
        'true',
        'location',
        '/orders/1',
        'ratelimit',
        '"d";r=9;t=60',
        'ratelimit-policy',
        '"d";q=10;w=60',
      ]
      for (let i = 0; i < security.length; i++) headers.push(security[i])
      response.writeHead(201, headers)
      response.end(out)
      const ms = performance.now() - started
      let bin = 0
      while (bin < edges.length && ms / 1000 > edges[bin]) bin++
      histogram[bin]++
      log.info({ requestId: id, method: 'POST', route: '/orders', status: 201, ms }, 'request')
    } catch {
      response.writeHead(401).end()
    }
  })
})
server.listen(0, '127.0.0.1', () => announce(server))
