import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as z from 'zod'
import { openSite } from '../../test/http/site.ts'
import { Load } from './accept/load.ts'
import { check } from '../contract/check.ts'
import { cors } from '../contract/cors.ts'
import { endpoint } from '../contract/endpoint.ts'
import { Forbidden } from '../contract/problems.ts'
import { problem } from '../contract/problem.ts'
import { database } from '../services/db/index.ts'
import { idempotency } from '../services/idempotency/index.ts'
import { limits } from '../services/limits/index.ts'
import { systemClock } from '../std/clock.ts'
import { silentLog, type Log } from '../std/log.ts'
import { metrics } from '../system/metrics/index.ts'
import { group, implement } from './implement.ts'
import { pipeline } from './pipeline.ts'
import { reply, type Stage } from './stage.ts'
import { versions } from './versions.ts'

const Wrong = problem('wrong', 422)
const isRight = check(Wrong)
const Body = z.object({ n: z.int() })
const contract = {
  isRight,
  read: endpoint('GET /read', {
    summary: 'Everything that a read may have',
    auth: 'none',
    etag: true,
    ranges: true,
    produces: ['application/json', 'application/x-ndjson'],
    returns: z.array(z.string()),
  }),
  ended: endpoint('GET /ended', {
    summary: 'Is over',
    auth: 'none',
    deprecated: { since: '2020-01-01', sunset: '2020-02-01', afterSunset: 'gone' as never },
    produces: ['application/json', 'application/x-ndjson'],
    returns: z.array(z.string()),
  }),
  varied: endpoint('GET /varied', {
    summary: 'Another one for each tenant',
    auth: 'none',
    cache: { scope: 'public', maxAge: 60 },
    returns: z.array(z.string()),
  }),
  mine: endpoint('GET /mine', { summary: 'By actor', auth: 'user', rateLimit: { limit: 1, window: 60_000, by: 'actor' } }),
  write: endpoint('POST /write', {
    summary: 'Must name state and key',
    auth: 'user',
    ifMatch: 'required',
    idempotent: 'required',
    body: Body,
  }),
  keyed: endpoint('POST /keyed', { summary: 'Must name a key', auth: 'user', idempotent: 'required', body: Body }),
  counted: endpoint('POST /counted', {
    summary: 'Counted by its body',
    auth: 'none',
    body: Body,
    checks: { n: isRight },
    errors: [Wrong],
    rateLimit: { name: 'n', limit: 1, window: 60_000, by: () => 'all' },
  }),
  asked: endpoint('POST /asked', {
    summary: 'May be asked beforehand',
    auth: 'none',
    body: Body,
    precognition: true,
    checks: { n: isRight },
    errors: [Wrong],
  }),
}

type Ask = (path: string, headers?: Record<string, string>, body?: string) => Promise<Seen>
interface Seen {
  readonly status: number
  readonly code: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly body: { readonly available?: readonly string[]; readonly requestId?: string; readonly text?: string }
}

/** A site of everything, with its stages in this order, and what was noticed inside of it. */
async function open(stages: readonly Stage[]) {
  const store = limits('memory:', { clock: systemClock, log: silentLog, meter: metrics({ log: silentLog }) })
  await store.open()
  const noticed: string[] = []
  const take = (event: string) => void noticed.push(event)
  const log: Log = { ...silentLog, info: take, warn: take, error: take, child: () => log }
  const handle = () => void noticed.push('handled')
  const made = implement(contract, {
    isRight: (values) => (noticed.push('checked'), values),
    read: () =>
      reply(
        Array.from({ length: 300 }, () => 'entry'),
        { etag: 7 },
      ),
    ended: () => [],
    varied: ({ headers }) => [headers['x-tenant'] ?? 'nobody'],
    mine: handle,
    write: handle,
    keyed: handle,
    counted: handle,
    asked: handle,
  })
  const load = overloadable()
  const db = database('pglite:./never-opened', { log: silentLog, clock: systemClock })
  const site = await openSite({
    stages,
    log,
    limits: store,
    routes: versions({
      1: group(
        '',
        { authorize: ({ roles }) => void (roles.includes('no') && refuse()) },
        made.filter(({ endpoint: { promises } }) => promises.auth === 'user'),
      ).concat(made.filter(({ endpoint: { promises } }) => promises.auth === 'none')),
    }),
    versioning: { by: 'media-type', default: 1 },
    cors: cors({ origins: ['https://shop.example'] }),
    altSvc: 'h3=":443"',
    trustedProxies: ['127.0.0.1'],
    rateLimit: { name: 'app', limit: 3, window: 60_000, by: 'ip' },
    idempotency: idempotency({ db }),
    load: load.load,
    outer: [async (c, next) => (noticed.push(`outer ${c.headers['accept']}`), next())],
    observe: () => () => void noticed.push('measured'),
    authenticate: ({ headers }) => {
      const [id, role] = headers['authorization']?.split(' ') ?? []
      return id === undefined ? undefined : { id, roles: role === undefined ? [] : [role] }
    },
  })
  const ask: Ask = async (path, headers = {}, sent) => {
    const [method = '', target = ''] = path.split(' ')
    const response = await fetch(site.url + target, {
      method,
      headers: { accept: '*/*', 'accept-encoding': 'identity', 'content-type': 'application/json', ...headers },
      body: sent ?? null,
    })
    const text = await response.text()
    const body = (response.status >= 400 && text !== '' ? JSON.parse(text) : { text }) as Seen['body'] & { code?: string }
    return { status: response.status, code: body.code, headers: Object.fromEntries(response.headers), body: body }
  }
  return {
    ask,
    noticed,
    shed: load.overload,
    close: async () => {
      await site.close()
      await store.close()
    },
  }
}

/** A load that is none until `overload()` lets five of its seconds go by with nobody getting a turn. */
function overloadable() {
  let time = 0
  let due = () => {}
  const load = new Load({ clock: { now: () => new Date(time), monotonic: () => time, after: (_ms, work) => ((due = work), () => {}) } })
  const overload = () => {
    for (let second = 0; second < 5; second++) {
      load.refuses('high')
      time += 1000
      due()
    }
  }
  return { load, overload }
}

function refuse(): never {
  throw Forbidden()
}

type Opened = Awaited<ReturnType<typeof open>>
const good = '{"n":1}'
const from = (ip: string) => ({ 'x-forwarded-for': ip })
const statuses = async (...asked: Promise<Seen>[]) => (await Promise.all(asked)).map(({ status }) => status)

/** What is seen with the stages as they are, and with the two of a pair exchanged. */
interface Decisive {
  readonly why: string
  readonly see: (site: Opened) => Promise<unknown>
  readonly right: unknown
  readonly wrong: unknown
}

const decisive: Readonly<Record<string, Decisive>> = {
  'load-shed → deadline': {
    why: 'an overloaded process says so, also to callers whose time is over: it is the reason',
    see: async ({ ask, shed }) => (shed(), (await ask('GET /read', { 'x-request-deadline': '0' })).code),
    right: 'overloaded',
    wrong: 'deadline-exceeded',
  },
  'outer → version': {
    why: 'your layers see the media type that the caller named',
    see: async ({ ask, noticed }) => (await ask('GET /read', { accept: 'application/vnd.api.v1+json' }), noticed[0]),
    right: 'outer application/vnd.api.v1+json',
    wrong: 'outer application/json',
  },
  'deprecation → negotiate': {
    why: 'what is over is over in every media type',
    see: async ({ ask }) => (await ask('GET /ended', { accept: 'image/png' })).status,
    right: 410,
    wrong: 406,
  },
  'negotiate → compress': {
    why: 'what it is comes before how it is packed',
    see: async ({ ask }) => (await ask('GET /read', { accept: 'image/png', 'accept-encoding': 'identity;q=0, *;q=0' })).body.available,
    right: ['application/json', 'application/x-ndjson'],
    wrong: ['zstd', 'br', 'gzip', 'identity'],
  },
  'rate-limit → preflight': {
    why: 'preflights are counted, or they would be a way around the limit',
    see: async ({ ask }) => {
      const all: number[] = []
      const headers = { origin: 'https://shop.example', 'access-control-request-method': 'GET' }
      for (let i = 0; i < 4; i++) all.push((await ask('OPTIONS /read', { ...headers, ...from('9.9.9.9') })).status)
      return all.at(-1)
    },
    right: 429,
    wrong: 204,
  },
  'authenticate → rate-limit actor': {
    why: 'a limit by actor has to know the actor: else all of them share one',
    see: ({ ask }) =>
      statuses(ask('GET /mine', { authorization: 'ann' }), ask('GET /mine', { authorization: 'bob' })).then((all) =>
        all.toSorted((one, other) => one - other),
      ),
    right: [204, 204],
    wrong: [204, 429],
  },
  'rate-limit actor → authorize': {
    why: 'who asks too often is not even looked at',
    see: async ({ ask }) => {
      await ask('GET /mine', { authorization: 'eve no' })
      return (await ask('GET /mine', { authorization: 'eve no' })).status
    },
    right: 429,
    wrong: 403,
  },
  'range → conditional': {
    why: 'whoever has it already gets no part of it',
    see: async ({ ask }) => (await ask('GET /read', { range: 'bytes=0-9', 'if-none-match': '"7"' })).status,
    right: 304,
    wrong: 206,
  },
  'conditional → idempotency-key': {
    why: 'a write that names no state is refused for that, with or without a key',
    see: async ({ ask }) => (await ask('POST /write', { authorization: 'ann' }, good)).status,
    right: 428,
    wrong: 400,
  },
  'idempotency-key → body': {
    why: 'a header is looked at before a body is',
    see: async ({ ask }) => (await ask('POST /keyed', { authorization: 'ann' }, '{')).code,
    right: 'idempotency-key-required',
    wrong: 'malformed-json',
  },
  'body → validate': {
    why: 'what was not read cannot be right',
    see: async ({ ask }) => (await ask('POST /asked', {}, good)).status,
    right: 204,
    wrong: 422,
  },
  'validate → rate-limit custom': {
    why: 'a function of the request may rely on what was validated; what is malformed uses up nothing',
    see: async ({ ask }) => {
      await ask('POST /counted', {}, '{"n":"x"}')
      return (await ask('POST /counted', {}, good)).status
    },
    right: 204,
    wrong: 429,
  },
  'rate-limit custom → check': {
    why: 'who is over the limit does not reach a database',
    see: async ({ ask, noticed }) => {
      for (let i = 0; i < 2; i++) await ask('POST /counted', {}, good)
      return noticed.filter((event) => event === 'checked').length
    },
    right: 1,
    wrong: 2,
  },
  'check → precognition': {
    why: 'whoever asks whether it would be right is told after everything was looked at',
    see: async ({ ask, noticed }) => (await ask('POST /asked', { precognition: 'true' }, good), noticed.includes('checked')),
    right: true,
    wrong: false,
  },
  'reads → handle': {
    why: 'what your code reads of the headers is in Vary',
    see: async ({ ask }) => (await ask('GET /varied')).headers['vary']?.includes('x-tenant'),
    right: true,
    wrong: false,
  },
}

/** Neighbours that do not meet: one acts on the way in and the other on the way out, both only write down, or no route has both. Why they stand here is in `pipeline.ts`. */
const indifferent: readonly string[] = [
  'record → request-id',
  'request-id → access-log',
  'access-log → measure',
  'measure → server-timing',
  'server-timing → load-shed',
  'deadline → cors',
  'cors → security-headers',
  'security-headers → alt-svc',
  'alt-svc → outer',
  'version → deprecation',
  'compress → cache-control',
  'cache-control → rate-limit',
  'preflight → authenticate',
  'authorize → range',
  'precognition → reply-check',
  'reply-check → reads',
]

/** Requests that between them meet every stage, and all that is seen of them. */
async function everything({ ask, noticed, shed }: Opened): Promise<unknown> {
  const origin = { origin: 'https://shop.example' }
  const seen = [
    await ask('GET /read', { ...origin, ...from('1.1.1.1'), 'accept-encoding': 'gzip', accept: 'application/vnd.api.v1+json' }),
    await ask('GET /read', { ...from('1.1.1.1'), range: 'bytes=0-9' }),
    await ask('GET /read', { ...from('1.1.1.1'), accept: 'image/png' }),
    await ask('GET /read', { ...origin, ...from('1.1.1.1') }),
    await ask('GET /ended', { ...origin, ...from('2.2.2.2') }),
    await ask('GET /read', { ...origin, ...from('2.2.2.2'), 'x-request-deadline': '0' }),
    await ask('GET /mine', { ...origin, ...from('2.2.2.2') }),
    await ask('GET /mine', { ...origin, ...from('2.2.2.2'), authorization: 'eve no' }),
    await ask('OPTIONS /mine', { ...origin, ...from('3.3.3.3'), 'access-control-request-method': 'GET' }),
    await ask('POST /asked', { ...origin, ...from('3.3.3.3'), 'x-request-id': 'request-1' }, good),
    await ask('GET /nowhere', { ...origin, ...from('4.4.4.4') }),
    (shed(), await ask('GET /read', { ...origin, ...from('5.5.5.5') })),
  ]
  const varying = new Set(['date', 'x-request-id', 'ratelimit'])
  const told = seen.map(({ status, code, headers, body }) => {
    const rest = { ...body, requestId: undefined }
    // In which order fields are written is not what they say.
    const fields = Object.entries(headers).filter(([name]) => !varying.has(name))
    return {
      status,
      code,
      rest,
      fields: fields.map(([name, value]) => `${name}: ${name === 'vary' ? value.split(', ').toSorted().join(', ') : value}`).toSorted(),
    }
  })
  return { told, noticed: noticed.toSorted() }
}

function exchanged(pair: string): Stage[] {
  const [one, other] = pair.split(' → ')
  const at = pipeline.findIndex(({ name }) => name === one)
  assert.equal(pipeline[at + 1]?.name, other, `${pair} are no neighbours`)
  return pipeline.toSpliced(at, 2, pipeline[at + 1]!, pipeline[at]!)
}

async function seenWith<Result>(stages: readonly Stage[], see: (site: Opened) => Promise<Result>): Promise<Result> {
  const site = await open(stages)
  try {
    return await see(site)
  } finally {
    await site.close()
  }
}

describe('every two neighbours among the stages · M07.2', () => {
  for (const [pair, { why, see, right, wrong }] of Object.entries(decisive))
    it(`${pair}: ${why} · M07.2`, async () => {
      assert.deepEqual(await seenWith(pipeline, see), right)
      assert.deepEqual(await seenWith(exchanged(pair), see), wrong, 'exchanged, it would be otherwise')
    })

  it('that do not meet may change places without anybody noticing · M07.2', async () => {
    const before = await seenWith(pipeline, everything)
    assert.notDeepEqual(await seenWith(exchanged('body → validate'), everything), before, 'others would be noticed')
    for (const pair of indifferent) assert.deepEqual(await seenWith(exchanged(pair), everything), before, pair)
  })

  it('have their test · M07.2', () => {
    const pairs = pipeline.slice(1).map(({ name }, i) => `${pipeline[i]!.name} → ${name}`)
    const tested = new Set([...Object.keys(decisive), ...indifferent])
    const missing = pairs.filter((pair) => !tested.has(pair))
    assert.deepEqual(missing, [], 'say in `decisive` what goes wrong when they change places, or add them to `indifferent` if nothing does')
  })
})
