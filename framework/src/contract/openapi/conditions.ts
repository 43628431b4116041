import type { JsonSchema } from '../compiled-schema.ts'
import type { Endpoint } from '../endpoint.ts'

const tag = { type: 'string', examples: ['"7"'] }

/** The conditions that an operation takes, as parameters. */
export function conditionParameters({ promises: { etag, ifMatch, ranges } }: Endpoint): JsonSchema[] {
  const header = (name: string, description: string, required = false) => ({
    name,
    in: 'header',
    required,
    description,
    schema: { type: 'string' },
  })
  return [
    ...(etag ? [header('If-None-Match', 'The `ETag` of what you have: 304 when it is still the same.')] : []),
    ...(ifMatch
      ? [header('If-Match', 'The `ETag` of what you have read: 412 when it is no longer the same.', ifMatch === 'required')]
      : []),
    ...(ranges ? [header('Range', 'The bytes you want: 206 with these alone.')] : []),
  ]
}

/** The successes that they lead to, beside the usual one. */
export function conditionResponses({ promises: { etag, ranges, creates } }: Endpoint, success: JsonSchema): JsonSchema {
  return {
    ...(creates && { 201: { ...success, description: 'Created.' } }),
    ...(ranges && { 206: { ...success, description: 'The bytes you asked for.' } }),
    ...(etag && {
      304: { description: 'What you have is still the same.', headers: { ETag: { description: 'Its version.', schema: tag } } },
    }),
  }
}

/** What answers say of the state they show. */
export function conditionHeaders({ method, promises: { etag, ifMatch, cache } }: Endpoint): JsonSchema {
  return {
    ...((etag || (ifMatch && method !== 'DELETE')) && { ETag: { description: 'The version of what was answered.', schema: tag } }),
    ...(cache && { 'Cache-Control': { description: 'Who may keep it, and for how long.', schema: { type: 'string' } } }),
  }
}
