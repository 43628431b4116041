import { jsonWriter } from '../../contract/json-writer.ts'
import { compileSchema } from '../../contract/compile-schema.ts'
import { successStatus } from '../../contract/endpoint.ts'
import { BootError } from '../../std/errors.ts'
import type { Exchange, Outgoing, Reply, Route } from '../stage.ts'

/**
 * Turns a reply into bytes by the route's contract: undeclared members cannot leave, and a value that breaks the contract
 * is a 500 and never half an answer.
 */
export function serialiser(route: Route): (c: Exchange, reply: Reply) => Outgoing {
  const { address, promises } = route.endpoint
  const status = successStatus(route.endpoint)
  const write = promises.returns === undefined ? undefined : jsonWriter(compileSchema(promises.returns, `${address} returns`).output)
  const location = promises.location === undefined ? undefined : locationOf(route, promises.location)

  return (_c, reply) => {
    const headers: string[] = []
    let body: Outgoing['body']
    if (reply.type !== undefined) {
      body = reply.value as Outgoing['body']
      headers.push('content-type', reply.type)
    } else if (write !== undefined && reply.value !== undefined) {
      body = write(reply.value)
      headers.push('content-type', 'application/json')
    } else if (write !== undefined && status !== 204 && reply.status === undefined) {
      throw new Error(`${address} promises a body, but its handler returned undefined.`)
    }
    if (location !== undefined) headers.push('location', location(reply.value))
    if (reply.headers !== undefined) for (const name in reply.headers) headers.push(name, reply.headers[name]!)
    return { status: reply.status ?? status, headers, body }
  }
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
