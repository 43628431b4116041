import { BootError } from '../../std/errors.ts'
import type { JsonSchema } from '../compiled-schema.ts'
import type { Endpoint } from '../endpoint.ts'
import { issuesSchema } from '../issues-schema.ts'
import { isPatch } from '../patch-types.ts'
import type { Naming } from '../naming/naming.ts'
import { pathParts } from '../path.ts'
import type { Problem } from '../problem.ts'
import {
  BadRequest,
  ContentTooLarge,
  IdempotencyInProgress,
  IdempotencyKeyInvalid,
  IdempotencyKeyRequired,
  IdempotencyKeyReused,
  JsonAmbiguous,
  JsonTooComplex,
  MalformedJson,
  NotAcceptable,
  NotFound,
  PatchFailed,
  RateLimited,
  PreconditionFailed,
  PreconditionRequired,
  OperationRetired,
  RangeNotSatisfiable,
  RequestTimeout,
  StepTimeout,
  Unauthenticated,
  UnsupportedEncoding,
  UnsupportedMediaType,
  ValidationFailed,
} from '../problems.ts'
import { toJsonSchema } from '../to-json-schema.ts'
import { readable, type Components } from './components.ts'

/** The problems an endpoint may answer with: its own, those of the guards its contract asks for, and those of every route. */
export function problemsOf({ path, promises }: Endpoint, everywhere: readonly Problem[]): Problem[] {
  const { auth, params, badParams, query, headers, body, errors = [] } = promises
  const checked = query !== undefined || headers !== undefined || body !== undefined || (params !== undefined && badParams !== 404)
  const all: (Problem | false)[] = [
    BadRequest,
    auth !== 'none' && Unauthenticated,
    isPatch(body) && PatchFailed,
    body !== undefined && MalformedJson,
    body !== undefined && JsonTooComplex,
    body !== undefined && JsonAmbiguous,
    body !== undefined && ContentTooLarge,
    body !== undefined && RequestTimeout,
    promises.timeouts !== undefined && StepTimeout,
    body !== undefined && UnsupportedMediaType,
    body !== undefined && UnsupportedEncoding,
    ((promises.produces?.length ?? 1) > 1 || promises.compress !== false) && NotAcceptable,
    checked && ValidationFailed,
    (badParams === 404 || pathParts(path).params.some(({ pattern }) => pattern !== undefined)) && NotFound,
    promises.ifMatch !== undefined && PreconditionFailed,
    promises.ifMatch === 'required' && PreconditionRequired,
    promises.etag !== undefined && PreconditionFailed,
    promises.ranges !== undefined && RangeNotSatisfiable,
    promises.rateLimit !== undefined && promises.rateLimit !== 'none' && RateLimited,
    typeof promises.deprecated === 'object' && (promises.deprecated.afterSunset ?? 'warn') !== 'warn' && OperationRetired,
    ...idempotencyProblems(promises.idempotent),
    ...Object.values(promises.checks ?? {}).map(({ problem }) => problem),
    ...errors,
    ...everywhere,
  ]
  const byType = new Map(all.filter((one) => one !== false).map((one) => [one.type, one]))
  return [...byType.values()].sort((left, right) => left.status - right.status || (left.type < right.type ? -1 : 1))
}

function idempotencyProblems(idempotent: true | 'required' | undefined): Problem[] {
  if (idempotent === undefined) return []
  const always = [IdempotencyKeyInvalid, IdempotencyKeyReused, IdempotencyInProgress]
  return idempotent === 'required' ? [IdempotencyKeyRequired, ...always] : always
}

/** The responses of some problems, by status; every one of them, and every set of them, is written once. */
export function problemResponses(
  problems: readonly Problem[],
  { components, responses, naming }: ResponsePlaces,
): Record<string, JsonSchema> {
  const byStatus = Map.groupBy(problems, ({ status }) => String(status))
  return Object.fromEntries(
    [...byStatus].map(([status, same]) => {
      const response = responseOf(same, components, naming)
      const name = nameFor(same.map(({ type }) => pascal(type)).join('Or'), response, responses)
      return [status, { $ref: `#/components/responses/${name}` }]
    }),
  )
}

interface ResponsePlaces {
  readonly components: Components
  readonly responses: Map<string, JsonSchema>
  readonly naming: Naming | undefined
}

/** The same problem may be written in two ways, for two groups of routes. */
function nameFor(wanted: string, response: JsonSchema, responses: Map<string, JsonSchema>): string {
  for (let attempt = 1; ; attempt++) {
    const name = attempt === 1 ? wanted : `${wanted}${attempt}`
    const taken = responses.get(name)
    if (taken === undefined) responses.set(name, response)
    if (taken === undefined || JSON.stringify(taken) === JSON.stringify(response)) return name
  }
}

function responseOf(problems: readonly Problem[], components: Components, naming: Naming | undefined): JsonSchema {
  const schemas = problems.map((one) => components.set(`${pascal(one.type)}Problem`, schemaOf(one, components, naming)))
  const { status } = problems[0]!
  return {
    description: [...new Set(problems.map(({ title }) => title))].join(', or: '),
    ...(status === 401 && { headers: { 'WWW-Authenticate': { description: 'How to authenticate.', schema: { type: 'string' } } } }),
    ...((status === 503 || status === 429) && {
      headers: { 'Retry-After': { description: 'Seconds to wait before the next attempt.', schema: { type: 'integer' } } },
    }),
    content: { 'application/problem+json': { schema: schemas.length === 1 ? schemas[0] : { oneOf: schemas } } },
  }
}

const standardMembers = {
  type: { type: 'string', description: 'The kind of problem: stable, for programs.' },
  title: { type: 'string', description: 'The kind of problem, for people.' },
  status: { type: 'integer', minimum: 400, maximum: 599 },
  detail: { type: 'string', description: 'What happened this time.' },
  instance: { type: 'string', format: 'uri-reference', description: 'The path that was asked for.' },
  code: { type: 'string', description: 'The same as `type`.' },
  requestId: { type: 'string', description: 'Names this request in the logs.' },
  docsUrl: { type: 'string', format: 'uri-reference', description: 'What it means and what to do.' },
  retryable: {
    type: 'boolean',
    description: 'Whether the same request may go well later: after `Retry-After`, where there is one. Absent: no.',
  },
}

function schemaOf({ type, status, title, fields, fix }: Problem, components: Components, naming: Naming | undefined): JsonSchema {
  const base = components.set('Problem', {
    type: 'object',
    description: 'An error (RFC 9457).',
    properties: { ...standardMembers, errors: readable(issuesSchema, 'Output') },
    required: Object.keys(standardMembers).filter((name) => name !== 'retryable'),
  })
  const declared = fields === undefined ? {} : toJsonSchema(fields, `problem ${type}`, 'output')
  const json = readable(naming?.of(declared, `problem ${type}`).schema ?? declared, 'Output') as JsonSchema
  const hidden = Object.keys((json['properties'] ?? {}) as JsonSchema).filter((name) => name in standardMembers)
  if (hidden.length > 0) {
    throw new BootError(
      'contract-invalid',
      `problem ${type}: the fields ${hidden.join(', ')} would hide standard members of the problem document.`,
      { fix: 'Give these fields other names.' },
    )
  }
  const own = { type: { type: 'string', const: type }, status: { type: 'integer', const: status } }
  if (json['type'] === 'object' && json['$defs'] === undefined) {
    const { properties, required } = json as { properties?: JsonSchema; required?: readonly string[] }
    return {
      title,
      ...(fix && { description: fix }),
      allOf: [base, { type: 'object', properties: { ...own, ...properties }, ...(required && { required }) }],
    }
  }
  return {
    title,
    ...(fix && { description: fix }),
    allOf: [
      base,
      { type: 'object', properties: own },
      ...(fields === undefined ? [] : [components.add(json, `${pascal(type)}Fields`, 'Output')]),
    ],
  }
}

export function pascal(name: string): string {
  return name.replaceAll(/(?:^|[^A-Za-z0-9]+)([A-Za-z0-9])/g, (_, first: string) => first.toUpperCase())
}
