import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { application, type Running } from 'throughline'
import { tables, type Db } from 'throughline/db'
import { bootTest } from 'throughline/testing'
import { ordersApplication } from '../src/application.ts'
import { Stranger, type Answer, type Call } from './support.ts'

type Json = Record<string, unknown>

/** What is nobody's business who only asked for something. */
const inside: readonly (readonly [string, RegExp])[] = [
  ['a stack', /\n\s*at |\bat [\w.<>]+ \(|node:internal|file:\/\//],
  ['a path', /node_modules|\.[cm]?[jt]s\b(?!on)|\/(?:home|root|usr|srv|app|tmp|work)\//],
  [
    'SQL',
    /\b(?:select|insert into|update|delete from)\b[^"]*\b(?:from|where|values|set|returning)\b|relation \\?"|constraint \\?"|syntax error at/i,
  ],
  ['a SQLSTATE', /\b(?:42P01|42703|23505|3F000|25P02)\b/],
  ['the engine', /pglite|postgres|kysely|SQLSTATE/i],
  ['a class', /\b(?:TypeError|ReferenceError|DatabaseError|AppError|SyntaxError)\b/],
  ['the version of Node.js', new RegExp(process.version.replaceAll('.', '\\.'))],
  ['the host', new RegExp(`\\b${hostname()}\\b`)],
]
const standard = ['type', 'title', 'status', 'detail', 'instance', 'code', 'requestId', 'docsUrl', 'retryable']

/** Mistakes that any operation may be asked with. */
const mistakes: Readonly<Record<string, Call & { query?: string }>> = {
  nothing: {},
  'a body that breaks off': { raw: '{"a":', headers: { 'content-type': 'application/json' } },
  'a body of another kind': { raw: 'a', headers: { 'content-type': 'text/x-unknown' } },
  'members that make no sense': {
    json: { email: 7, items: { a: [] }, __proto__x: 1 },
    headers: { 'if-match': '"1"', 'idempotency-key': '"leak-1"' },
  },
  'a list in place of an object': { json: [null], headers: { 'if-match': 'no tag', 'idempotency-key': 'no string' } },
  'a query that makes no sense': { query: '?limit=abc&cursor=%00&sort=;drop&q=%27&price=x&page=-1' },
  'a media type that nobody has': { headers: { accept: 'application/x-nothing', 'accept-language': '*;q=0' } },
  'parts that are not there': { headers: { range: 'bytes=9999999999-', 'content-encoding': 'nonsense' }, json: {} },
}
const places = ['01890a5d-ac96-774b-bcce-b302099a8057', "' or 1=1 --", '%00', '..%2f..%2fetc%2fpasswd', 'x'.repeat(300)]

describe('in production, an answer to whatever may go wrong on any route', { timeout: 120_000 }, () => {
  let dataDir: string
  let running: Running
  let db: Db
  let token: string
  const lines: string[] = []
  const orders = new Stranger(() => running.url)
  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'leaks-'))
    const { privateKey } = generateKeyPairSync('ed25519')
    const key = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
    const watched = application({
      ...ordersApplication,
      wire(needs) {
        const parts = ordersApplication.wire(needs)
        db = parts.resources!.find(({ name }) => name === 'db') as Db
        return parts
      },
    })
    const overrides = { port: 0, idleLinger: 0, dataDir, databaseUrl: 'pglite:memory', logLevel: 'info' }
    running = await bootTest(
      watched,
      {},
      {
        logTo: { write: (line) => void lines.push(line) },
        sources: { mode: 'production', env: { AUTH_SIGNING_KEY: key, SEED_DEMO: 'false' }, overrides },
      },
    )
    token = await anAdmin()
  })
  after(async () => {
    await running?.close()
    await rm(dataDir, { recursive: true, force: true })
  })

  /** Somebody who may do everything, so that nothing ends at the door. */
  async function anAdmin(): Promise<string> {
    const person = { email: 'ada@x.com', password: 'a long way down 7' }
    await orders.post('/auth/register', { ...person, name: 'Ada' })
    await tables<{ users: { email: string; roles: string[] } }>()(db as never)
      .updateTable('users')
      .set({ roles: ['admin'] })
      .execute()
    return ((await orders.post('/auth/login', person)).body as { accessToken: string }).accessToken
  }

  async function everywhere(
    calls: Readonly<Record<string, Call & { query?: string }>>,
    at: readonly string[],
  ): Promise<[string, Answer][]> {
    const { paths } = (await orders.call('GET', '/api/../openapi.json')).body as { paths: Record<string, Json> }
    const answers: [string, Answer][] = []
    for (const [path, operations] of Object.entries(paths))
      for (const method of Object.keys(operations))
        for (const [what, { query = '', ...call }] of Object.entries(calls))
          for (const place of path.includes('{') ? at : ['']) {
            const { raw: _, json: __, ...bare } = call
            const target = `/api/..${path.replaceAll(/\{\w+\}/g, place)}${query}`
            answers.push([`${method} ${path}, ${what}`, await orders.call(method.toUpperCase(), target, method === 'get' ? bare : call)])
          }
    return answers
  }

  function assertTellsNothing(answers: readonly [string, Answer][]): void {
    const found = answers.flatMap(([what, { headers, body, status }]) => {
      if (status < 400) return []
      assert.equal(headers.get('content-type'), 'application/problem+json', what)
      // It says what was asked for, which is the caller's own.
      const text = JSON.stringify({ ...body, instance: '' })
      const told = [...headers].filter(([name]) => name === 'server' || name === 'x-powered-by').map(([name]) => `${what}: ${name}`)
      return [...told, ...inside.filter(([, pattern]) => pattern.test(text)).map(([name]) => `${what}: ${name} in ${text}`)]
    })
    assert.deepEqual(found, [])
  }

  it('tells nothing of the inside, and no mistake of a caller is logged as an error · M15.3 M15.20 M15.25', async () => {
    const known = Object.fromEntries(Object.entries(mistakes).map(([what, call]) => [`${what}, as somebody`, { ...call, token }]))
    const answers = await everywhere({ ...mistakes, ...known, 'a token of nobody': { token: 'e30.e30.e30' } }, places)
    assertTellsNothing(answers)
    const statuses = Map.groupBy(answers, ([, { status }]) => status)
    for (const status of [400, 401, 404, 406, 415, 422]) assert.ok(statuses.has(status), `nothing was answered with ${status}`)
    assert.deepEqual(
      [...statuses.keys()].filter((status) => status >= 500),
      [],
    )
    assert.deepEqual(
      lines.filter((line) => /"level":"(?:error|fatal)"/.test(line)),
      [],
    )
  })

  it('says something went wrong and nothing else once the tables are gone, and that is an error in the log · M15.18 M15.20 M15.25', async () => {
    await tables<object>()(db as never)
      .schema.dropSchema('public')
      .cascade()
      .execute()
    lines.length = 0
    const answers = await everywhere({ 'without tables': { token, headers: { 'if-match': '"1"' } } }, places.slice(0, 1))
    assertTellsNothing(answers)
    const failed = answers.filter(([, { status }]) => status >= 500)
    assert.ok(failed.length >= 8, `${failed.length} failed`)
    for (const [what, { body }] of failed) {
      assert.deepEqual(
        Object.keys(body).filter((name) => !standard.includes(name)),
        [],
        what,
      )
      assert.equal(body.code, 'internal-error', what)
      const line = lines.find((one) => one.includes(body.requestId))!
      assert.match(line, /"level":"error".*does not exist.*"stack"/s)
    }
    // What was looked for in vain is there to be found: in the log.
    const log = lines.join('')
    for (const [name, pattern] of inside.slice(0, 4)) assert.match(log, pattern, name)
  })
})
