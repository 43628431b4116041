import { checkPreconditions, reply, type Context, type Reply } from 'throughline/http'
import type { Unchanged, Versioned } from '../domain/versioned.ts'

/** The version becomes the entity tag. */
export function toReply<Value>({ value, version }: Versioned<Value>): Reply<Value> {
  return reply(value, { etag: version })
}

/** Holds the caller's `If-Match` against the version that the domain has locked. */
export function unchanged(c: Pick<Context, 'headers'>): Unchanged {
  return ({ version }) => checkPreconditions(c, { etag: version })
}
