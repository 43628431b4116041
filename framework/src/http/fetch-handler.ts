import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import type { Exchange } from './exchange.ts'
import { rawReply, reply, type Context, type Reply } from './stage.ts'

export type FetchHandler = (request: Request) => Response | Promise<Response>

/**
 * A handler in the shape of the Fetch API, as other frameworks and platforms have it: a `Request` in, a `Response` out.
 * Bodies are streams both ways; the request's `signal` is the context's.
 *
 * ```ts
 * import { fromFetch, mount } from 'throughline/http'
 *
 * const routes = mount('/legacy', 'legacy', fromFetch((request) => new Response(`You asked for ${new URL(request.url).pathname}`)))
 * ```
 */
export function fromFetch(handler: FetchHandler): (c: Context) => Promise<Reply> {
  return async (context) => {
    const c = context as Exchange
    const response = await handler(toRequest(c))
    const headers: Record<string, string> = {}
    for (const [name, value] of response.headers) if (!ours.has(name)) headers[name] = value
    // One line each: joined by commas they would be one broken cookie.
    for (const cookie of response.headers.getSetCookie()) c.response.appendHeader('set-cookie', cookie)
    const { status, body } = response
    if (body === null) return reply(undefined, { status, headers })
    const type = response.headers.get('content-type') ?? 'application/octet-stream'
    return rawReply(Readable.fromWeb(body as ReadableStream), { status, headers, type })
  }
}

/** Said by the pipeline itself, or true of one connection only. */
const ours: ReadonlySet<string> = new Set(['connection', 'content-type', 'keep-alive', 'set-cookie', 'transfer-encoding'])

function toRequest(c: Exchange): Request {
  const { request } = c
  const method = request.method!
  const headers = new Headers()
  for (let i = 0; i < request.rawHeaders.length; i += 2) {
    const name = request.rawHeaders[i]!
    if (!name.startsWith(':')) headers.append(name, request.rawHeaders[i + 1]!)
  }
  const body = method === 'GET' || method === 'HEAD' ? {} : { body: Readable.toWeb(request) as unknown as BodyInit, duplex: 'half' }
  return new Request(c.url, { method, headers, signal: c.signal, ...body })
}
