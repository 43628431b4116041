import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { application, type Parts } from 'throughline'
import { serverSettings, settings } from 'throughline/config'
import {
  AddressRefused,
  BadRequest,
  ContentTooLarge,
  cors,
  endpoint,
  files,
  form,
  UpstreamFailed,
  UpstreamTimeout,
  type Method,
} from 'throughline/contract'
import { outbound, type Outbound } from 'throughline/fetch'
import { schema } from 'throughline/contract/json-schema'
import { implement, rawReply, staticFiles, type Context, type Route } from 'throughline/http'
import * as z from 'zod'

/** The request itself, which only raw routes have a use for. */
const requestOf = (c: unknown) => (c as { readonly request: IncomingMessage }).request

const longestEcho = 1024 * 1024
const text = (value: string | Uint8Array) => rawReply(value, { type: 'text/plain; charset=utf-8' })

const contract = {
  root: endpoint('GET /', { summary: 'OK', auth: 'none', mediaType: 'text/plain' }),
  cookie: endpoint('GET /cookie', { summary: 'The cookies, one a line', auth: 'none', mediaType: 'text/plain' }),
  // The suite wants the last of two equal members; by default they are refused (RFC 7493).
  json: endpoint('POST /json', {
    summary: 'The same JSON again',
    auth: 'none',
    body: schema(true),
    returns: schema(true),
    status: 200,
    json: { duplicates: 'last' },
  }),
  upload: endpoint('POST /upload', {
    summary: 'The size of each file',
    auth: 'none',
    body: form({ file: files({ maxCount: 100 }) }),
    bodyLimit: 2 ** 31,
    returns: z.array(z.object({ name: z.string(), type: z.string(), size: z.int() })),
    status: 200,
  }),
  validate: endpoint('POST /validate', {
    summary: 'Whether data fits a schema',
    auth: 'none',
    body: z.object({ schema: z.union([z.boolean(), z.looseObject({})]), data: z.unknown() }),
    returns: z.object({ valid: z.boolean() }),
    status: 200,
    errors: [BadRequest],
  }),
  slow: endpoint('GET /slow', {
    summary: 'OK, after `ms`',
    auth: 'none',
    query: z.object({ ms: z.int().min(0).max(60_000).default(1000) }),
    mediaType: 'text/plain',
  }),
}

const outboundProblems = [AddressRefused, UpstreamFailed, UpstreamTimeout]
const outboundContract = {
  fetchUrl: endpoint('POST /fetch', {
    summary: 'What `url` answers, through the guarded client',
    auth: 'none',
    body: z.object({ url: z.url() }),
    errors: outboundProblems,
    mediaType: 'text/plain',
  }),
  trace: endpoint('POST /trace', {
    summary: 'Posts `arguments` to each `url`, in the trace of the request',
    auth: 'none',
    body: z.array(z.object({ url: z.url(), arguments: z.unknown() })),
    errors: outboundProblems,
    status: 204,
  }),
}

function callsOut(outside: Outbound, harness: Outbound): Route[] {
  return implement(outboundContract, {
    fetchUrl: async ({ body }) => text(await (await outside.fetch(body.url)).text()),
    trace: async ({ body }) => {
      const headers = { 'content-type': 'application/json' }
      for (const call of body)
        await (await harness.fetch(call.url, { method: 'POST', headers, body: JSON.stringify(call.arguments) })).text()
    },
  })
}

function core(): Route[] {
  return implement(contract, {
    root: () => text('OK'),
    cookie: ({ cookies }) =>
      text(
        Object.entries(cookies)
          .map(([name, value]) => `${name}=${value}\n`)
          .join(''),
      ),
    json: ({ body }) => body,
    upload: async ({ body }) => {
      const sizes: { name: string; type: string; size: number }[] = []
      for await (const { name, type, content } of body.file) {
        let size = 0
        for await (const chunk of content) size += chunk.length
        sizes.push({ name, type, size })
      }
      return sizes
    },
    validate: ({ body }) => {
      const result = compiled(body.schema)['~standard'].validate(body.data)
      return { valid: !(result instanceof Promise) && result.issues === undefined }
    },
    slow: async ({ query, signal }) => {
      await wait(query.ms, undefined, { signal })
      return text('OK')
    },
  })
}

/** A schema of a stranger's, which may be none. */
function compiled(json: Parameters<typeof schema>[0]): ReturnType<typeof schema> {
  try {
    return schema(json)
  } catch (cause) {
    throw BadRequest({ cause, detail: (cause as Error).message })
  }
}

/** One listed origin, with credentials, and one header of its own. */
const policy = cors({ origins: ['https://app.example.com'], credentials: true, headers: ['x-custom'], maxAge: 600 })

function acrossOrigins(): Route[] {
  return (['GET', 'POST', 'PUT', 'DELETE'] as const).flatMap((method) => {
    const call = endpoint(`${method} /cors/*rest`, {
      summary: 'OK, to one other origin',
      auth: 'none',
      mediaType: 'text/plain',
      status: 200,
      cors: policy,
    })
    return implement({ [`${method.toLowerCase()}Cors`]: call }, { [`${method.toLowerCase()}Cors`]: () => text('OK') })
  })
}

/** Every method's own endpoint: a contract has one each. */
function raw(methods: readonly Method[], path: `/${string}`, answer: (c: Context) => Promise<ReturnType<typeof text>>): Route[] {
  return methods.flatMap((method) => {
    const route = endpoint(`${method} ${path}`, {
      summary: path,
      auth: 'none',
      mediaType: 'text/plain',
      status: 200,
      errors: [ContentTooLarge],
    })
    const name = `${method.toLowerCase()}${path === '/' ? 'Root' : path[1]!.toUpperCase() + path.slice(2)}`
    return implement({ [name]: route }, { [name]: (c: unknown) => answer(c as Context) })
  })
}

async function echoBody(c: Context) {
  const { request, response } = c as unknown as { request: IncomingMessage; response: ServerResponse }
  if (request.headers.expect !== undefined) response.writeContinue()
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
    if ((length += chunk.length) > longestEcho) throw ContentTooLarge({ limit: longestEcho })
    chunks.push(chunk)
  }
  return text(Buffer.concat(chunks))
}

async function echoHeaders(c: Context) {
  const { rawHeaders } = requestOf(c)
  return text(rawHeaders.map((part, i) => (i % 2 === 0 ? `${part}: ` : `${part}\n`)).join(''))
}

/** What public suites are run against: default settings, and a route for each thing that they look at. */
export const conformance = application({
  name: 'conformance',
  version: '1.0.0',
  settings: settings({ ...serverSettings }),
  wire: ({ log, clock }): Parts => {
    const outside = outbound({ log, clock })
    // The suite of W3C Trace Context listens beside us.
    const harness = outbound({ log, clock, allow: ['127.0.0.0/8', '::1'], propagateTo: ['127.0.0.1', 'localhost'] })
    const routes = [
      ...callsOut(outside, harness),
      ...core(),
      ...acrossOrigins(),
      ...staticFiles({ root: new URL('./static/', import.meta.url), prefix: '/static' }),
      ...raw(['POST', 'PUT', 'PATCH', 'DELETE'], '/', echoBody),
      ...raw(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'], '/echo', echoHeaders),
    ]
    return { resources: [outside, harness], routes }
  },
})
