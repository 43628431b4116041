import type { Codec } from '../../contract/codec.ts'
import { successStatus } from '../../contract/endpoint.ts'
import { BootError } from '../../std/errors.ts'
import type { Exchange } from '../exchange.ts'
import type { Outgoing, Reply, Route } from '../stage.ts'
import { formatsOf } from './formats.ts'
import { ItemStream } from './item-stream.ts'

/**
 * Turns a reply into bytes by the route's contract: undeclared members cannot leave, and a value that breaks the contract
 * is a 500 and never half an answer.
 */
export function serialiser(route: Route, codecs: readonly Codec[]): (c: Exchange, reply: Reply) => Outgoing {
  const { address, promises } = route.endpoint
  const status = successStatus(route.endpoint)
  const formats = formatsOf(route.endpoint, codecs)
  const declares = declaredBy(route)
  const location = promises.location === undefined ? undefined : locationOf(route, promises.location)

  return (c, reply) => {
    const headers: string[] = []
    const format = formats[c.format]
    let body: Outgoing['body']
    if (reply.type !== undefined) {
      body = reply.value as Outgoing['body']
      headers.push('content-type', reply.type)
    } else if (format !== undefined && reply.value !== undefined) {
      body = format.write(reply.value)
      headers.push('content-type', format.contentType)
    } else if (format !== undefined && status !== 204 && reply.status === undefined) {
      throw new Error(`${address} promises a body, but its handler returned undefined.`)
    }
    if (location !== undefined) headers.push('location', location(reply.value))
    if (reply.headers !== undefined) for (const name in reply.headers) headers.push(name, reply.headers[name]!)
    if (reply.status !== undefined && !declares(reply.status)) {
      const place = reply.status < 300 ? 'status' : 'redirects'
      if (c.site.strict) throw new Error(`${address} answered ${reply.status}, but its contract promises ${status}: say so in ${place}.`)
      c.site.onBreach(c.route, `status-${reply.status}`)
    }
    const outgoing: Outgoing = { status: reply.status ?? status, headers, body }
    if (body instanceof ItemStream) outgoing.ready = body.start()
    return outgoing
  }
}

/** Whether callers were told of a status. A refusal that is no problem is the handler's own affair; of what is mounted nothing is known. */
function declaredBy({ endpoint }: Route): (status: number) => boolean {
  const { redirects = [], creates, mediaType } = endpoint.promises
  const told = new Set<number>([successStatus(endpoint), ...redirects, ...(creates ? [201] : [])])
  return (status) => status === 304 || status >= 400 || told.has(status) || mediaType === '*/*'
}

/** `'/orders/{id}'` → a function of the returned value. */
function locationOf(route: Route, template: string): (value: unknown) => string {
  const parts = template.split(/\{(\w+)\}/)
  if (parts.length === 1)
    throw new BootError(
      'contract-invalid',
      `${route.endpoint.address} (${route.source}) has the location ${template}, which names no member of the reply; write for example /orders/{id}.`,
    )
  return (value) => {
    let path = route.prefix
    for (let i = 0; i < parts.length; i++)
      path += i % 2 === 0 ? parts[i] : encodeURIComponent(String((value as Record<string, unknown>)[parts[i]!]))
    return path
  }
}
