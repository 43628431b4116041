import { createRequire } from 'node:module'
import type * as Pg from 'pg'

let loaded: typeof Pg | undefined

/** The client, loaded for the first connection: who only wires an application or looks at its routes has none. */
export function pg(): typeof Pg {
  return (loaded ??= createRequire(import.meta.url)('pg') as typeof Pg)
}

export function isDatabaseError(error: unknown): error is Pg.DatabaseError {
  return error instanceof pg().DatabaseError
}
