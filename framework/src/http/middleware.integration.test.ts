import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import type { IncomingMessage, ServerResponse } from 'node:http'
import * as z from 'zod'
import { openSite } from '../../test/http/site.ts'
import { endpoint } from '../contract/endpoint.ts'
import { Forbidden } from '../contract/problems.ts'
import { systemClock } from '../std/clock.ts'
import { silentLog, type Log, type LogFields } from '../std/log.ts'
import { connect, type ConnectMiddleware } from './connect.ts'
import { derived } from './derived.ts'
import { fromFetch } from './fetch-handler.ts'
import { implement } from './implement.ts'
import { fromConnect, mount } from './mount.ts'
import { rawReply, withHeaders, type Around, type Context, type OuterAround } from './stage.ts'

const contract = {
  read: endpoint('GET /read', { summary: 'Read', auth: 'none', query: z.object({ n: z.int().optional() }), returns: z.string() }),
  own: endpoint('GET /own', { summary: 'For users', auth: 'user', returns: z.string() }),
  write: endpoint('POST /write', { summary: 'Write', auth: 'none', body: z.string(), returns: z.string() }),
}
const routes = implement(contract, { read: () => 'read', own: () => 'own', write: ({ body }) => body })

async function open(t: TestContext, options: Partial<Parameters<typeof openSite>[0]>) {
  const site = await openSite({ routes, authenticate: () => undefined, ...options })
  t.after(() => site.close())
  return site
}

/** The log's lines of warning and above. */
function recorder() {
  const lines: { event: string; fields: LogFields | undefined }[] = []
  const take = (event: string, fields?: LogFields) => void lines.push({ event, fields })
  const log: Log = { ...silentLog, info: take, warn: take, error: take, child: () => log }
  return { lines, log }
}

describe('layers', () => {
  it('are an onion: outer before guards, around inside of them, each twice · M07.1', async (t) => {
    const trace: string[] = []
    const mark = (name: string) => async (_c: object, next: Parameters<Around>[1]) => {
      trace.push(`${name} before`)
      const reply = await next()
      trace.push(`${name} after`)
      return reply
    }
    const site = await open(t, { outer: [mark('A'), mark('B')], around: [mark('C'), mark('D')] })
    assert.equal(await (await fetch(`${site.url}/read`)).text(), '"read"')
    assert.deepEqual(trace, ['A before', 'B before', 'C before', 'D before', 'D after', 'C after', 'B after', 'A after'])
  })

  it('may answer, refuse, change and catch · M07.1', async (t) => {
    const gate: OuterAround = async (c, next) => {
      if (c.headers['x-stop'] === 'answer') return rawReply('stopped', { type: 'text/plain', status: 202 })
      if (c.headers['x-stop'] === 'refuse') throw Forbidden()
      return withHeaders(await next(), { 'x-gate': 'open' })
    }
    const rescue: OuterAround = async (_c, next) => {
      try {
        return await next()
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'unauthenticated')) throw error
        return rawReply('please log in', { type: 'text/plain', status: 401 })
      }
    }
    const site = await open(t, { outer: [gate, rescue] })
    const get = (path: string, stop = '') => fetch(site.url + path, { headers: { 'x-stop': stop } })
    assert.equal((await get('/read')).headers.get('x-gate'), 'open')
    const stopped = await get('/read', 'answer')
    assert.deepEqual([stopped.status, await stopped.text()], [202, 'stopped'])
    assert.ok(stopped.headers.get('x-request-id'))
    assert.equal((await get('/read', 'refuse')).status, 403)
    assert.equal(await (await get('/own')).text(), 'please log in')
  })

  it('cost nothing where there are none, and a public route asks nobody who it is · M07.18 M07.19', async (t) => {
    let asked = 0
    const site = await open(t, {
      authenticate: () => {
        asked++
        return undefined
      },
    })
    await fetch(`${site.url}/read`, { headers: { authorization: 'Bearer x' } })
    assert.equal(asked, 0)
    await fetch(`${site.url}/own`)
    assert.equal(asked, 1)
    const stages = site.site.pipelines[0]!.steps.map(({ stage }) => stage)
    for (const absent of ['outer', 'authenticate', 'authorize', 'deprecation', 'version', 'body'])
      assert.ok(!stages.includes(absent), absent)
  })

  it('that come too late for the deadline are let go of, and the log says which step it was · M07.21', async (t) => {
    const { lines, log } = recorder()
    const slow = endpoint('GET /slow', { summary: 'Slow', auth: 'none', deadline: 20, returns: z.string() })
    let finish = () => {}
    const site = await open(t, {
      log,
      outer: [(_c, next) => next()],
      routes: implement({ slow }, { slow: () => new Promise<string>((resolve) => (finish = () => resolve('late'))) }),
    })
    assert.equal((await fetch(`${site.url}/slow`)).status, 504)
    finish()
    await new Promise(setImmediate)
    assert.deepEqual(
      lines.map(({ event, fields }) => [event, fields?.['step']]),
      [['request', 'handle']],
    )
  })
})

describe('a derived value', () => {
  it('is worked out once a request, and not at all where nobody asks · M07.15', () => {
    let runs = 0
    const length = derived((c: Pick<Context, 'id'>) => (runs++, c.id.length))
    const one = { id: 'abc' }
    assert.deepEqual([length(one), length(one), length({ id: 'ab' })], [3, 3, 2])
    assert.equal(runs, 2)
  })
})

describe('a step over its budget', () => {
  it('is reported once, by name, and not for its first run · M07.17', async (t) => {
    const { lines, log } = recorder()
    // Time passes in the handler alone, so that no other load of this machine is taken for its work.
    let time = 0
    const clock = { ...systemClock, monotonic: () => time }
    const busy = () => {
      time += 12
      return 'busy'
    }
    const site = await open(t, { log, clock, stepBudget: 5, routes: implement({ read: contract.read }, { read: busy }) })
    const reports = () => lines.filter(({ event }) => event === 'step over its budget')
    await fetch(`${site.url}/read`)
    assert.equal(reports().length, 0)
    for (let i = 0; i < 3; i++) await fetch(`${site.url}/read`)
    assert.equal(reports().length, 1)
    const { fields } = reports()[0]!
    assert.deepEqual([fields?.['route'], fields?.['step'], fields?.['what']], ['GET /read', 'handle', 'read'])
    assert.equal(fields?.['ms'], 12)
  })
})

const end = (status: number, text: string) => (_request: unknown, response: ServerResponse) =>
  void response.writeHead(status, { 'x-by': 'it' }).end(text)

/** What middleware in the wild does, and what has to come of it. */
const habits: Record<string, { middleware: ConnectMiddleware; status: number; body?: RegExp; headers?: Record<string, RegExp> }> = {
  'sets headers and goes on (helmet, cors)': {
    middleware: (_request, response, next) => {
      response.setHeader('x-frame', 'DENY').setHeader('set-cookie', ['a=1', 'b=2'])
      next()
    },
    status: 200,
    body: /^"read"$/,
    headers: { 'x-frame': /^DENY$/, 'set-cookie': /a=1, b=2/, 'content-type': /json/ },
  },
  'answers by itself': { middleware: end(418, 'teapot'), status: 418, body: /^teapot$/, headers: { 'x-by': /^it$/ } },
  'answers by statusCode and end alone': {
    middleware: (_request, response) => {
      response.statusCode = 203
      response.end('short')
    },
    status: 203,
    body: /^short$/,
  },
  'streams its answer': {
    middleware: (_request, response) => {
      response.write('one ')
      setImmediate(() => response.end('two'))
    },
    status: 200,
    body: /^one two$/,
  },
  'fails by next(error)': {
    middleware: (_request, _response, next) => next(new Error('secret inside')),
    status: 500,
    body: /internal-error/,
  },
  'fails by a problem': { middleware: (_request, _response, next) => next(Forbidden()), status: 403, body: /"forbidden"/ },
  'fails by a sentence': { middleware: (_request, _response, next) => next('no'), status: 500 },
  throws: {
    middleware: () => {
      throw new Error('thrown')
    },
    status: 500,
  },
  'rejects (Express 5)': { middleware: () => Promise.reject(new Error('rejected')), status: 500 },
  'goes on later': { middleware: (_request, _response, next) => setImmediate(next), status: 200, body: /read/ },
  'goes on twice': {
    middleware: (_request, _response, next) => {
      next()
      next()
    },
    status: 200,
    body: /^"read"$/,
  },
  'leaves the route (Express)': { middleware: (_request, _response, next) => next('route'), status: 200, body: /read/ },
  'changes headers as they are written (on-headers, compression)': {
    middleware: (_request, response, next) => {
      const writeHead = response.writeHead.bind(response) as (status: number, ...rest: unknown[]) => ServerResponse
      response.writeHead = ((status: number, ...rest: unknown[]) => {
        response.setHeader('x-late', 'yes')
        return writeHead(status, ...rest)
      }) as typeof response.writeHead
      next()
    },
    status: 200,
    body: /read/,
    headers: { 'x-late': /^yes$/, 'content-length': /^6$/ },
  },
  'listens for the end (morgan, on-finished)': {
    middleware: (_request, response, next) => {
      response.on('finish', () => response.emit('seen'))
      next()
    },
    status: 200,
  },
  'writes on the request (passport)': {
    middleware: (request, _response, next) => {
      ;(request as IncomingMessage & { user: string }).user = 'u'
      next()
    },
    status: 200,
  },
}

describe('Connect middleware · M07.22', () => {
  for (const [habit, { middleware, status, body, headers = {} }] of Object.entries(habits)) {
    for (const place of ['outer', 'around'] as const) {
      it(`${habit}, as ${place}`, async (t) => {
        const { lines, log } = recorder()
        const observed: number[] = []
        const site = await open(t, { log, [place]: [connect(middleware)], observe: () => (code) => void observed.push(code) })
        const response = await fetch(`${site.url}/read`)
        assert.equal(response.status, status)
        const text = await response.text()
        if (body !== undefined) assert.match(text, body)
        assert.ok(!text.includes('secret inside'))
        for (const [name, value] of Object.entries(headers)) assert.match(response.headers.get(name) ?? 'absent', value, name)
        assert.ok(response.headers.get('x-request-id'), 'an answer of its own has the id, too')
        await site.close()
        assert.deepEqual([lines.length, lines[0]?.fields?.['status'], observed], [1, status, [status]], 'logged and measured once')
      })
    }
  }

  it('reads bodies in front of routes that declare none', async (t) => {
    const reader: ConnectMiddleware = (request, response) => {
      let size = 0
      request
        .on('data', (chunk: Buffer) => (size += chunk.length))
        .on('end', () => response.end(`${request.method} ${request.url} ${size}`))
    }
    const site = await open(t, { routes: mount('/old', 'old', fromConnect(reader)) })
    assert.equal(
      await (await fetch(`${site.url}/old/a/b?c=d`, { method: 'POST', body: 'x'.repeat(2000) })).text(),
      'POST /old/a/b?c=d 2000',
    )
    assert.equal(await (await fetch(`${site.url}/old`)).text(), 'GET /old 0')
  })

  it('that passes everything on is not found', async (t) => {
    const site = await open(t, {
      routes: mount(
        '/old',
        'old',
        fromConnect((_request, _response, next) => next()),
      ),
    })
    assert.equal((await fetch(`${site.url}/old/x`)).status, 404)
  })
})

describe('a Fetch handler · M07.22', () => {
  const handler = async (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url)
    if (pathname === '/app/cookies') {
      const headers = new Headers({ 'content-type': 'text/plain' })
      headers.append('set-cookie', 'a=1; Path=/')
      headers.append('set-cookie', 'b=2; Expires=Fri, 01 Jan 2027 00:00:00 GMT')
      return new Response('cookies', { headers })
    }
    if (pathname === '/app/none') return new Response(null, { status: 204 })
    if (pathname === '/app/moved') return Response.redirect('http://shop.example/there', 302)
    if (pathname === '/app/broken') throw new Error('secret inside')
    return Response.json({ method: request.method, echo: await request.text(), agent: request.headers.get('x-agent') }, { status: 201 })
  }

  it('gets the request as it came, and answers what it wants', async (t) => {
    const site = await open(t, { routes: mount('/app', 'app', fromFetch(handler)) })
    const call = (path: string, init: RequestInit = {}) => fetch(`${site.url}/app${path}`, { redirect: 'manual', ...init })
    const echoed = await call('/echo', { method: 'PUT', body: 'hello', headers: { 'x-agent': 'a' } })
    assert.equal(echoed.status, 201)
    assert.match(echoed.headers.get('content-type')!, /^application\/json/)
    assert.deepEqual(await echoed.json(), { method: 'PUT', echo: 'hello', agent: 'a' })
    assert.ok(echoed.headers.get('x-request-id'))
    assert.deepEqual((await call('/cookies')).headers.getSetCookie(), ['a=1; Path=/', 'b=2; Expires=Fri, 01 Jan 2027 00:00:00 GMT'])
    assert.equal((await call('/none')).status, 204)
    const moved = await call('/moved')
    assert.deepEqual([moved.status, moved.headers.get('location')], [302, 'http://shop.example/there'])
    const broken = await call('/broken')
    assert.equal(broken.status, 500)
    assert.ok(!(await broken.text()).includes('secret'))
  })

  it('streams, and hears when the caller goes away', async (t) => {
    let cancelled = () => {}
    const gone = new Promise<void>((resolve) => (cancelled = resolve))
    const endless = () =>
      new Response(
        new ReadableStream({
          pull: (controller) => controller.enqueue(new TextEncoder().encode('x'.repeat(1024))),
          cancel: () => cancelled(),
        }),
      )
    const site = await open(t, { routes: mount('/app', 'app', fromFetch(endless)) })
    const caller = new AbortController()
    const response = await fetch(`${site.url}/app`, { signal: caller.signal })
    await response.body!.getReader().read()
    caller.abort()
    await gone
  })
})
