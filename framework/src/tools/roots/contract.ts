import { cors } from '../../contract/cors.ts'
import { endpoint } from '../../contract/endpoint.ts'
import { problem } from '../../contract/problem.ts'
import { NotFound } from '../../contract/problems.ts'
import type { Schema } from '../../contract/standard-schema.ts'
import { errorTable } from '../../std/error-table.ts'

// What every application answers besides its own endpoints. It is a contract like any other, so that openapi.json and `throughline routes` list it.

export interface Check {
  readonly name: string
  readonly healthy: boolean
}

const tags = ['Operations']
/** The contract and the keys are public, and so readable by pages of other origins: editors, viewers, generators. */
const forEverybody = cors({ origins: '*' })
/** One page, its own files, its own origin. `connect-src 'self'` lets it try requests out here and nowhere else. */
const ownFilesOnly = { set: 'html', csp: { 'img-src': "'self'", 'form-action': "'none'" } } as const
/** Asked again every time and mostly answered with 304: a new release shows at once. */
const revalidated = { etag: true, cache: { scope: 'public' } } as const
const nameOfState = { type: 'string', enum: ['starting', 'ready', 'draining', 'stopped'] }
const checks = {
  type: 'array',
  description: 'Why one is not healthy is in the log, and not for everybody.',
  items: {
    type: 'object',
    properties: { name: { type: 'string' }, healthy: { type: 'boolean' } },
    required: ['name', 'healthy'],
    additionalProperties: false,
  },
}

export const NotReady = problem('not-ready', 503, shape<{ state: string; checks: readonly Check[] }>({ state: nameOfState, checks }), {
  title: errorTable['not-ready'].title,
  detail: ({ state, checks: all }) => {
    const unwell = all.filter((one) => !one.healthy).map((one) => one.name)
    return state !== 'ready' ? `The application is ${state}.` : `Not well: ${unwell.join(', ')}.`
  },
})

export const healthLive = endpoint('GET /health/live', {
  summary: 'Is the process alive?',
  description: 'Answers as long as the process can answer at all. Restart it when it does not.',
  tags,
  auth: 'none',
  priority: 'critical',
  rateLimit: 'none',
  returns: shape<{ status: 'live' }>({ status: { const: 'live' } }),
})

export const healthReady = endpoint('GET /health/ready', {
  summary: 'May requests be sent here?',
  description: 'False while starting, while draining, and when a resource such as the database is not well.',
  tags,
  auth: 'none',
  priority: 'critical',
  rateLimit: 'none',
  returns: shape<{ status: 'ready'; checks: readonly Check[] }>({ status: { const: 'ready' }, checks }),
  errors: [NotReady],
  deadline: 5_000,
})

export const healthStartup = endpoint('GET /health/startup', {
  summary: 'Has it started?',
  description: 'True once everything was opened, and from then on for as long as the process lives.',
  tags,
  auth: 'none',
  priority: 'critical',
  rateLimit: 'none',
  returns: shape<{ status: 'started' }>({ status: { const: 'started' } }),
  errors: [NotReady],
})

export const readMetrics = endpoint('GET /metrics', {
  summary: 'Read the metrics',
  description: 'The Prometheus text format; OpenMetrics, with a trace to look at beside the buckets, where it is asked for.',
  tags,
  auth: 'none',
  priority: 'critical',
  rateLimit: 'none',
  mediaType: 'text/plain',
})

export const readOpenApiJson = endpoint('GET /openapi.json', {
  summary: 'Read the contract as JSON',
  description: 'OpenAPI 3.1: every endpoint, and nothing else.',
  tags,
  auth: 'none',
  mediaType: 'application/json',
  ...revalidated,
  cors: forEverybody,
})

export const readOpenApiYaml = endpoint('GET /openapi.yaml', {
  summary: 'Read the contract as YAML',
  tags,
  auth: 'none',
  mediaType: 'application/yaml',
  ...revalidated,
  cors: forEverybody,
})

export const readReference = endpoint('GET /docs', {
  summary: 'Open the API reference',
  description: 'A page that draws `/openapi.json`. It needs nothing from the internet.',
  tags,
  auth: 'none',
  mediaType: 'text/html',
  ...revalidated,
  securityHeaders: ownFilesOnly,
})

export const readReferenceAsset = endpoint('GET /docs/*asset', {
  summary: 'Read a file of the API reference',
  tags,
  auth: 'none',
  mediaType: 'application/octet-stream',
  ...revalidated,
  securityHeaders: ownFilesOnly,
  errors: [NotFound],
})

export const readSigningKeys = endpoint('GET /.well-known/jwks.json', {
  summary: 'Read the keys that sign access tokens',
  description: 'Public keys only (RFC 7517).',
  tags,
  auth: 'none',
  mediaType: 'application/jwk-set+json',
  etag: true,
  // Short enough that a new key is known before it signs for long.
  cache: { scope: 'public', maxAge: 300 },
  cors: forEverybody,
})

export const readSecurityTxt = endpoint('GET /.well-known/security.txt', {
  summary: 'Read where to report a vulnerability',
  description: 'RFC 9116.',
  tags,
  auth: 'none',
  mediaType: 'text/plain',
})

/** An object of which every member is there. Written by hand: with a schema library, every application would load that one as well. */
function shape<Value>(properties: Record<string, unknown>): Schema<Value> {
  const json = { type: 'object', properties, required: Object.keys(properties), additionalProperties: false }
  return {
    '~standard': {
      version: 1,
      vendor: 'throughline',
      validate: (value) => ({ value: value as Value }),
      jsonSchema: { input: () => json, output: () => json },
    },
  }
}
