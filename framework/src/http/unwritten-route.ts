import type { CorsPolicy } from '../contract/cors.ts'
import { endpoint } from '../contract/endpoint.ts'
import {
  ApiVersionRetired,
  ApiVersionUnknown,
  ExpectationFailed,
  MalformedPath,
  MethodNotAllowed,
  MisdirectedRequest,
  NotAcceptable,
  NotFound,
  UriTooLong,
} from '../contract/problems.ts'
import type { Exchange } from './exchange.ts'
import type { Route } from './stage.ts'

/** What nobody declared but HTTP wants answered runs through the same stages, so that it is logged, measured and bounded like the rest. */
export function unwrittenRoute(
  name: string,
  handler: (c: Exchange) => unknown,
  promises: { cors?: CorsPolicy; redirects?: readonly [308] } = {},
): Route {
  const unwritten = endpoint(`GET /${name}`, {
    ...promises,
    summary: name,
    auth: 'none',
    status: 204,
    errors: [
      ApiVersionRetired,
      ApiVersionUnknown,
      NotAcceptable,
      NotFound,
      MethodNotAllowed,
      UriTooLong,
      MalformedPath,
      ExpectationFailed,
      MisdirectedRequest,
    ],
  })
  return { name, endpoint: unwritten, prefix: '', handler, source: 'throughline', label: name }
}
