import { compileSchema } from '../compile-schema.ts'
import type { CompiledSchema, Issue } from '../compiled-schema.ts'
import type { Endpoint } from '../endpoint.ts'
import { isForm } from '../form.ts'

const compiled = new WeakMap<Endpoint, CompiledSchema>()

/** What the server would say of a body, under the contract's names; empty where that is nothing. */
export async function validateBody(endpoint: Endpoint, body: unknown): Promise<readonly Issue[]> {
  const { address, promises } = endpoint
  let schema = compiled.get(endpoint)
  if (schema === undefined) {
    schema = compileSchema(promises.body!, `${address} body`, { unknownMembers: promises.unknownMembers ?? 'refuse' })
    compiled.set(endpoint, schema)
  }
  const { issues = [] } = await schema.parse(isForm(promises.body) ? asReceived(body) : body)
  return issues
}

/** A form as a server sees it: what is absent was not sent, and of files there is a stream. */
function asReceived(body: unknown): unknown {
  if (typeof body !== 'object' || body === null) return body
  const present = Object.entries(body).filter(([, value]) => value !== undefined && value !== null)
  return Object.fromEntries(present.map(([name, value]) => [name, isFiles(value) ? filesOf(value) : fileOf(value)]))
}

function fileOf(value: unknown): unknown {
  return value instanceof Blob ? { name: '', type: value.type, content: nothing() } : value
}

function isFiles(value: unknown): value is readonly Blob[] {
  return Array.isArray(value) && value.some((one) => one instanceof Blob)
}

async function* filesOf(blobs: readonly Blob[]): AsyncGenerator<unknown> {
  for (const blob of blobs) yield fileOf(blob)
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
