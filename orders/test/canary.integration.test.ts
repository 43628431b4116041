import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { application, boot, type Running } from 'throughline'
import { bootTest } from 'throughline/testing'
import type { Around } from 'throughline/http'
import { ordersApplication } from '../src/application.ts'
import { Stranger, type Answer } from './support.ts'

type Json = Record<string, unknown>

/** What was sent that nobody may find again, by what it is. */
const canaries = {
  password: 'canary-password-7f3a',
  token: 'canary-token-91cd-of-some-length',
  cookie: 'canary-cookie-55e0',
  header: 'canary-api-key-c0de',
  'query parameter': 'canary-query-key-b16b',
  'URL credential': 'canary-url-password-3d3d',
  card: '4539 5787 6362 1486',
  'card without spaces': '4539578763621486',
  JWT: 'eyJjYW5hcnkiOiJqd3QifQ.eyJjYW5hcnkiOiJqd3QifQ.Y2FuYXJ5LXNpZ25hdHVyZQ',
  'database password': 'canary-database-password-08ab',
  'collector key': 'canary-collector-key-77aa',
  'console token': 'canary-console-token-W9vZ3kQ7pX2mR8sT4yU6',
}
const consoleToken = canaries['console token']

/** Fails as code does: with what it was working on in message, fields and cause. */
const failing: Around = (c, next) => {
  if (c.headers['x-fail'] === undefined) return next()
  const cause = new Error(`connect failed: postgres://shop:${canaries['database password']}@db.internal/shop`)
  const message = `while charging ${canaries.card} for Bearer ${canaries.token}, body ${JSON.stringify(c.body)}`
  throw Object.assign(new Error(message, { cause }), { request: { headers: c.headers, cookies: c.cookies, body: c.body } })
}
const failingOrders = application({
  ...ordersApplication,
  wire: (needs) => ({ ...ordersApplication.wire(needs), around: [failing] }),
})

/** A body as the contract's examples have it, with a canary in every member that takes one. */
function planted(schema: Json, definitions: Json, name = ''): unknown {
  const { $ref, examples, type, enum: choices, properties, items, anyOf } = schema
  if (typeof $ref === 'string') return planted(definitions[$ref.split('/').at(-1)!] as Json, definitions, name)
  if (/password/i.test(name)) return canaries.password
  if (/token/i.test(name)) return canaries.token
  if (Array.isArray(examples) && type !== 'object') return examples[0]
  if (Array.isArray(choices)) return choices[0]
  if (Array.isArray(anyOf)) return planted(anyOf[0] as Json, definitions, name)
  if (typeof properties === 'object') {
    const [example] = (examples ?? []) as Json[]
    const free = (member: Json) => member['type'] === 'string' && ['enum', 'format', 'examples'].every((key) => !(key in member))
    return Object.fromEntries(
      Object.entries(properties as Record<string, Json>).map(([key, member]) => [
        key,
        /description|reason|name|note/.test(key) && free(member) ? canaries.card : (example?.[key] ?? planted(member, definitions, key)),
      ]),
    )
  }
  if (type === 'array') return [planted(items as Json, definitions, name)]
  return type === 'integer' || type === 'number' ? 1 : canaries['card without spaces']
}

/** Sends canaries to every operation: as it should be, as nobody, with a body that breaks off, and where our own code fails. */
async function sing(orders: Stranger, token: string): Promise<Answer[]> {
  const { paths, components } = (await orders.call('GET', '/api/../openapi.json')).body as { paths: Json; components: { schemas: Json } }
  const answers: Answer[] = []
  for (const [path, operations] of Object.entries(paths as Record<string, Record<string, Json>>))
    for (const [method, operation] of Object.entries(operations)) {
      const content = (operation['requestBody'] as Json | undefined)?.['content'] as Record<string, { schema?: Json }> | undefined
      const [type, media] = Object.entries(content ?? {})[0] ?? []
      const body = media?.schema === undefined ? undefined : JSON.stringify(planted(media.schema, components.schemas))
      const secrets = {
        cookie: `session=${canaries.cookie}; refresh=${canaries.JWT}`,
        'x-api-key': canaries.header,
        referer: `https://bob:${canaries['URL credential']}@shop.example/?token=${canaries['query parameter']}`,
        'user-agent': `curl ${canaries.JWT}`,
        'x-note': `card ${canaries.card}`,
        'idempotency-key': '"canary-1"',
        'if-match': '"1"',
      }
      const place = path.replaceAll(/\{\w+\}/g, canaries['card without spaces'])
      const query = `?api_key=${canaries['query parameter']}&q=${encodeURIComponent(canaries.card)}&next=${encodeURIComponent(`https://a:${canaries['URL credential']}@x/`)}`
      const send = async (own: Record<string, string>, raw = body, target = `${place}${query}`) => {
        const headers: Record<string, string> = {
          ...secrets,
          ...(raw !== undefined && { 'content-type': type ?? 'application/json' }),
          ...own,
        }
        // Not all of them are below /api.
        answers.push(await orders.call(method.toUpperCase(), `/api/..${target}`, { headers, ...(raw !== undefined && { raw }) }))
      }
      await send({ authorization: `Bearer ${token}` })
      await send({ authorization: `Bearer ${token}` }, body, place)
      await send({ authorization: `Bearer ${token}`, 'x-fail': '1' }, body, place)
      await send({ authorization: `Bearer ${canaries.token}` })
      await send({ authorization: `Basic ${btoa(`bob:${canaries.password}`)}` })
      if (body !== undefined) await send({ authorization: `Bearer ${token}` }, `${body.slice(0, -1)},`)
    }
  return answers
}

/** What the console tells those who may ask it, each of its reading operations. */
async function consoleTells(url: string, ids: readonly string[]): Promise<string> {
  const pages = [
    'overview',
    'operations?limit=500',
    'routes',
    'database',
    'settings',
    'health',
    'errors',
    ...ids.map((id) => `traces/${id}`),
  ]
  const answers = []
  for (const page of pages) {
    const response = await fetch(`${url}/console/api/${page}`, { headers: { authorization: `Bearer ${consoleToken}` } })
    assert.equal(response.status, 200, page)
    answers.push(await response.text())
  }
  return answers.join('\n')
}

/** A collector for what is sent by OTLP: it only listens. */
async function openCollector() {
  const received: string[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      received.push(gunzipSync(Buffer.concat(chunks)).toString())
      response.end('{}')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, received, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

/** Every file in the data folder, but for the keys: what was recorded is kept there. */
async function leftIn(folder: string): Promise<string> {
  const texts = []
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile() && !/key/.test(entry.name)) texts.push(await readFile(join(entry.parentPath, entry.name), 'utf8'))
  return texts.join('\n')
}

function assertSilent(places: Readonly<Record<string, string>>, secrets: Readonly<Record<string, string>>): void {
  const found = []
  for (const [place, text] of Object.entries(places))
    for (const [what, secret] of Object.entries(secrets)) {
      const at = [secret, encodeURIComponent(secret)].map((form) => text.indexOf(form)).find((index) => index >= 0)
      if (at !== undefined) found.push(`${what} in ${place}: …${text.slice(Math.max(0, at - 120), at + 60)}…`)
    }
  assert.deepEqual(found, [])
}

for (const mode of ['development', 'production'] as const)
  describe(`in ${mode}, a secret that was sent to any operation`, { timeout: 120_000 }, () => {
    let dataDir: string
    let running: Running
    let collector: Awaited<ReturnType<typeof openCollector>>
    const lines: string[] = []
    const orders = new Stranger(() => running.url)
    before(async () => {
      collector = await openCollector()
      dataDir = await mkdtemp(join(tmpdir(), 'canary-'))
      const { privateKey } = generateKeyPairSync('ed25519')
      const key = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
      const overrides = {
        port: 0,
        idleLinger: 0,
        dataDir,
        databaseUrl: 'pglite:memory',
        logLevel: 'debug',
        traceShare: 1,
        otlpUrl: collector.url,
      }
      running = await bootTest(
        failingOrders,
        {},
        {
          logTo: { write: (line) => void lines.push(line) },
          sources: {
            mode,
            env: {
              AUTH_SIGNING_KEY: key,
              CONSOLE_TOKEN: consoleToken,
              OTLP_HEADERS: `authorization=Bearer%20${canaries['collector key']}`,
              SEED_DEMO: mode === 'production' ? 'false' : 'true',
            },
            overrides,
          },
        },
      )
    })
    after(async () => {
      await running?.close()
      collector.server.close()
      await rm(dataDir, { recursive: true, force: true })
    })

    it('is in no line of the log, no record, no metric, no error, no page of the console, no file, and is sent to nobody · M17.4', async () => {
      const person = { email: 'canary-person@x.com', password: canaries.password }
      await orders.post('/auth/register', { ...person, name: 'Canary' })
      const { accessToken, refreshToken } = (await orders.post('/auth/login', person)).body as { accessToken: string; refreshToken: string }
      assert.ok(accessToken.length > 20 && refreshToken.length > 20)
      const answers = await sing(orders, accessToken)
      const statuses = new Set(answers.map(({ status }) => status))
      for (const status of [200, 400, 401, 404, 422, 500]) assert.ok(statuses.has(status), `nothing was answered with ${status}`)

      const operations = [...running.recorder.newest()]
      const failures = operations.filter(({ outcome }) => outcome === 'failed')
      assert.ok(failures.length >= 15 && lines.length > 100, `${failures.length} failures, ${lines.length} lines`)
      const places = {
        'the log': lines.join(''),
        'the records': JSON.stringify(operations),
        'the metrics': await (await fetch(`${running.url}/metrics`)).text(),
        'an error answer': answers
          .filter(({ status }) => status >= 400)
          .map(({ body }) => JSON.stringify(body))
          .join('\n'),
        'the console': await consoleTells(
          running.url,
          failures.slice(0, 5).map(({ id }) => id),
        ),
      }
      await running.close()
      const sent = { OTLP: collector.received.join('\n'), 'a file': await leftIn(dataDir) }
      assert.ok(/while charging/.test(sent.OTLP) && /while charging/.test(sent['a file']), 'what was recorded was sent and kept')
      assertSilent({ ...places, ...sent }, { ...canaries, 'access token': accessToken, 'refresh token': refreshToken })
      if (mode === 'production') assertSilent({ ...places, ...sent }, { 'e-mail address': person.email })
    })
  })

describe('the password of a database that is not there', () => {
  it('is neither in the reason not to start nor in a line of the log · M17.4', async (t) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'canary-'))
    t.after(() => rm(dataDir, { recursive: true, force: true }))
    const lines: string[] = []
    const password = canaries['database password']
    const started = boot(ordersApplication, {
      logTo: { write: (line) => void lines.push(line) },
      sources: {
        env: {},
        argv: [],
        mode: 'test',
        overrides: { port: 0, dataDir, logLevel: 'debug', databaseUrl: `postgres://shop:${password}@127.0.0.1:1/shop` },
      },
    })
    const outcome = await started.then(
      async (running) => (await running.close(), 'started'),
      (error: Error) => `${error.message} ${error.stack} ${JSON.stringify(error)}`,
    )
    assertSilent({ 'the log': lines.join(''), 'the reason': outcome }, { password })
    assert.ok(lines.length > 0 || outcome !== 'started')
  })
})
