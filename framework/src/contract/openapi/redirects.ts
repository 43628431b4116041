import type { JsonSchema } from '../compiled-schema.ts'
import type { Endpoint, Redirect } from '../endpoint.ts'

const meanings: Readonly<Record<Redirect, string>> = {
  301: 'It has moved for good.',
  302: 'It is elsewhere for now.',
  303: 'Read the answer there.',
  307: 'Repeat the request there, for now.',
  308: 'Repeat the request there, from now on.',
}

/** The answers that send the caller on. */
export function redirectResponses({ promises: { redirects = [] } }: Endpoint): JsonSchema {
  const headers = { Location: { description: 'Where to.', required: true, schema: { type: 'string', format: 'uri-reference' } } }
  return Object.fromEntries((redirects as readonly Redirect[]).map((status) => [status, { description: meanings[status], headers }]))
}

/** Whether an endpoint promises nothing but to send the caller on. */
export function redirectsOnly({ promises: { redirects, returns, mediaType, status } }: Endpoint): boolean {
  return redirects !== undefined && returns === undefined && mediaType === undefined && status === undefined
}
