import { BootError } from '../std/errors.ts'
import type { JsonSchema } from './compiled-schema.ts'
import type { Endpoint } from './endpoint.ts'
import { Components } from './openapi/components.ts'
import { toOperation, type Shared } from './openapi/operation.ts'
import { pathParts } from './path.ts'
import type { Problem } from './problem.ts'
import { DeadlineExceeded, InternalError, Overloaded, ShuttingDown } from './problems.ts'

export interface OpenApiRoute {
  name: string
  endpoint: Endpoint
  prefix: string
  /** Besides those of the endpoint: what its application asks of every request. */
  parameters?: readonly JsonSchema[]
}

export const anyRouteProblems: readonly Problem[] = [InternalError, Overloaded, ShuttingDown, DeadlineExceeded]

export interface OpenApiInput {
  title: string
  version: string
  description?: string
  license?: { name: string; identifier?: string; url?: string }
  /** Default: the host that serves the document. */
  servers?: readonly { url: string; description?: string }[]
  /** What each tag is about, by its name. */
  tags?: Readonly<Record<string, string>>
  routes: readonly OpenApiRoute[]
  /** What any route may answer beside what its contract says. Default: 500, 503 while shutting down, and 504. */
  problems?: readonly Problem[]
}

/**
 * The OpenAPI 3.1 document of some routes: all of them and nothing else, and the same bytes every time.
 *
 * Schemas are named by `.meta({ id })`, otherwise by their operation. Throws `BootError('contract-invalid')` when two routes share a name.
 *
 * ```ts
 * import { endpoint, toOpenApi } from 'throughline/contract'
 *
 * const logout = endpoint('POST /auth/logout', { summary: 'Log out', auth: 'user' })
 * const document = toOpenApi({ title: 'Orders', version: '1.0.0', routes: [{ name: 'logout', endpoint: logout, prefix: '/api/v1' }] })
 * ```
 */
export function toOpenApi({
  title,
  version,
  description,
  license,
  servers,
  tags,
  routes,
  problems,
}: OpenApiInput): Record<string, unknown> {
  const shared: Shared = {
    components: new Components(),
    responses: new Map(),
    problems: problems ?? anyRouteProblems,
  }
  const paths: Record<string, Record<string, JsonSchema>> = {}
  const names = new Map<string, string>()
  for (const { name, endpoint, prefix, parameters = [] } of routes) {
    const other = names.get(name)
    if (other)
      throw new BootError(
        'contract-invalid',
        `${other} and ${endpoint.address} are both named ${name}, but names of operations are unique in OpenAPI.`,
      )
    names.set(name, endpoint.address)
    const path = (paths[prefix + openApiPath(endpoint)] ??= {})
    path[endpoint.method.toLowerCase()] = toOperation({ name, endpoint, parameters }, shared)
  }
  const secured = routes.some(({ endpoint }) => endpoint.promises.auth !== 'none')
  return {
    openapi: '3.1.1',
    info: { title, version, ...(description && { description }), ...(license && { license }) },
    servers: servers ?? [{ url: '/' }],
    ...(tags && { tags: Object.entries(tags).map(([name, about]) => ({ name, description: about })) }),
    paths,
    components: {
      schemas: shared.components.toJSON(),
      responses: Object.fromEntries([...shared.responses].sort(([left], [right]) => (left < right ? -1 : 1))),
      ...(secured && { securitySchemes: { bearerAuth: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } }),
    },
  }
}

/** `/files/{id:\\d+}/*path` in OpenAPI's words: `/files/{id}/{path}`. */
function openApiPath({ path, promises: { naming } }: Endpoint): string {
  const { texts, params } = pathParts(path)
  const word = (name: string) => naming?.word(name) ?? name
  return texts.map((text, index) => (index === 0 ? text : `{${word(params[index - 1]!.name)}}${text}`)).join('')
}
