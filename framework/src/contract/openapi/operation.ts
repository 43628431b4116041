import type { JsonSchema } from '../compiled-schema.ts'
import { successStatus, type Endpoint } from '../endpoint.ts'
import { isForm } from '../form.ts'
import { followRef, isSchema } from '../json-pointer.ts'
import { isPatch, jsonPatchType, mergePatchType } from '../patch-types.ts'
import { operationsSchema, toMergePatchSchema } from '../patch.ts'
import { pathParts } from '../path.ts'
import type { Problem } from '../problem.ts'
import type { Schema } from '../standard-schema.ts'
import { toJsonSchema } from '../to-json-schema.ts'
import { readable, type Components } from './components.ts'
import { redirectResponses, redirectsOnly } from './redirects.ts'
import { conditionHeaders, conditionParameters, conditionResponses } from './conditions.ts'
import { keyParameters, limitHeaders } from './limits.ts'
import { precognitionParameters, precognitionResponses } from './precognition.ts'
import { pascal, problemResponses, problemsOf } from './problems.ts'

export interface Operation {
  readonly name: string
  readonly endpoint: Endpoint
  readonly parameters: readonly JsonSchema[]
}

export interface Shared {
  readonly components: Components
  readonly responses: Map<string, JsonSchema>
  /** What any route may answer. */
  readonly problems: readonly Problem[]
}

/** One operation object of OpenAPI. */
export function toOperation({ name, endpoint, parameters: more }: Operation, { components, responses, problems }: Shared): JsonSchema {
  const { summary, description, tags, deprecated, auth, body } = endpoint.promises
  const parameters = [
    ...parametersOf(endpoint),
    ...conditionParameters(endpoint),
    ...keyParameters(endpoint),
    ...precognitionParameters(endpoint),
    ...more,
  ]
  const content = body && contentOf(name, body, endpoint, components)
  const success = successOf(name, endpoint, components)
  return {
    operationId: name,
    summary,
    ...(description && { description }),
    ...(tags && { tags }),
    ...(deprecated && { deprecated: true }),
    security: auth === 'none' ? [] : [{ bearerAuth: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(content && { requestBody: { required: true, content } }),
    responses: {
      ...(redirectsOnly(endpoint) ? {} : { [successStatus(endpoint)]: success }),
      ...redirectResponses(endpoint),
      ...conditionResponses(endpoint, success),
      ...precognitionResponses(endpoint),
      ...problemResponses(problemsOf(endpoint, problems), { components, responses, naming: endpoint.promises.naming }),
    },
  }
}

function contentOf(name: string, body: Schema<any, any>, endpoint: Endpoint, components: Components): JsonSchema {
  if (!isPatch(body))
    return inEach(endpoint.promises.accepts ?? (isForm(body) ? body.accepts : undefined), () =>
      schemaOf(body, `${pascal(name)}Body`, 'Input', endpoint, components),
    )
  const described = written(toMergePatchSchema(body.of), endpoint, 'body')
  const merge = components.add(readable(described, 'Input') as JsonSchema, `${pascal(name)}Body`, 'Input')
  return { [mergePatchType]: { schema: merge }, [jsonPatchType]: { schema: components.set('JsonPatch', operationsSchema) } }
}

function successOf(name: string, endpoint: Endpoint, components: Components): JsonSchema {
  const { returns, mediaType, produces } = endpoint.promises
  const headers = headersOf(endpoint)
  const status = successStatus(endpoint)
  const described = { 200: 'Done.', 201: 'Created.', 202: 'Accepted; it will be done.', 204: 'Done; there is nothing to say.' }[status]
  return {
    description: described,
    ...(Object.keys(headers).length > 0 && { headers }),
    ...(returns &&
      status !== 204 && { content: inEach(produces, () => schemaOf(returns, `${pascal(name)}Reply`, 'Output', endpoint, components)) }),
    ...(mediaType && { content: { [mediaType]: { schema: { type: 'string' } } } }),
  }
}

function headersOf(endpoint: Endpoint): JsonSchema {
  const { location, deprecated, languages, setsCookies } = endpoint.promises
  const text = { type: 'string' }
  const retirement = typeof deprecated === 'object' ? deprecated : undefined
  return {
    ...conditionHeaders(endpoint),
    ...limitHeaders(endpoint),
    ...(languages && { 'Content-Language': { description: 'The language of this answer.', schema: { type: 'string', enum: languages } } }),
    ...(setsCookies && { 'Set-Cookie': { description: `Sets ${setsCookies.join(', ')}.`, schema: text } }),
    ...(location && { Location: { description: 'Where it is.', schema: { ...text, format: 'uri-reference' } } }),
    ...(retirement && { Deprecation: { description: 'Since when this operation is deprecated (RFC 9745).', schema: text } }),
    ...(retirement?.sunset && { Sunset: { description: 'When it may stop working (RFC 8594).', schema: text } }),
    ...((retirement?.successor ?? retirement?.docs) && { Link: { description: 'What to use instead (RFC 8288).', schema: text } }),
  }
}

function schemaOf(
  schema: Schema<any, any>,
  name: string,
  side: 'Input' | 'Output',
  endpoint: Endpoint,
  components: Components,
): JsonSchema {
  const slot = side === 'Input' ? 'body' : 'returns'
  const declared = toJsonSchema(schema, `${endpoint.address} ${slot}`, side === 'Input' ? 'input' : 'output')
  return components.add(readable(written(declared, endpoint, slot), side) as JsonSchema, name, side)
}

/** As callers see it. */
function written(schema: JsonSchema, { address, promises }: Endpoint, slot: string): JsonSchema {
  return promises.naming === undefined ? schema : promises.naming.of(schema, `${address} ${slot}`).schema
}

/** One schema under each media type; what is text to every reader is described as text, and needs no component. */
function inEach(mediaTypes: readonly string[] | undefined, schema: () => JsonSchema): JsonSchema {
  const asText = (mediaType: string) => mediaType.startsWith('text/') || mediaType === 'application/x-ndjson'
  const types = mediaTypes ?? ['application/json']
  const shared = types.every(asText) ? undefined : schema()
  return Object.fromEntries(types.map((mediaType) => [mediaType, { schema: asText(mediaType) ? { type: 'string' } : shared }]))
}

function parametersOf({ address, path, promises }: Endpoint): JsonSchema[] {
  const { params, query, headers, naming } = promises
  const word = (name: string) => naming?.word(name) ?? name
  const declared = params ? membersOf(params, `${address} params`) : new Map<string, Parameter>()
  const inPath = pathParts(path).params.map(({ name, pattern, wildcard }) => ({
    name: word(name),
    in: 'path',
    required: true,
    ...(wildcard && { description: 'The rest of the path; it may contain slashes.' }),
    ...described(declared.get(name)?.schema ?? { type: 'string', ...(pattern && { pattern: `^(?:${pattern})$` }) }),
  }))
  const inQuery = query ? [...membersOf(query, `${address} query`)].map(([name, member]) => parameter(word(name), 'query', member)) : []
  // OpenAPI describes these three elsewhere and says that they must be ignored here.
  const elsewhere = ['accept', 'content-type', 'authorization']
  const inHeaders = headers
    ? [...membersOf(headers, `${address} headers`)]
        .filter(([name]) => !elsewhere.includes(name))
        .map(([name, member]) => parameter(name, 'header', member))
    : []
  return [...inPath, ...inQuery, ...inHeaders]
}

interface Parameter {
  readonly schema: JsonSchema
  readonly required: boolean
}

function parameter(name: string, place: string, { schema, required }: Parameter): JsonSchema {
  const comma = schema['style'] === 'comma'
  return {
    name,
    in: place,
    required,
    ...(comma && { style: place === 'header' ? 'simple' : 'form', explode: false }),
    ...described(schema),
  }
}

// A description belongs to the parameter, where every reader of the document shows it.
function described({ description, style: _style, ...schema }: JsonSchema): JsonSchema {
  return { ...(description !== undefined && { description }), schema }
}

/** The members of an object schema with its references resolved: parameters are listed one by one. */
function membersOf(schema: Schema<any, any>, where: string): Map<string, Parameter> {
  const root = readable(toJsonSchema(schema, where, 'input'), 'Input') as JsonSchema
  const found = new Map<string, Parameter>()
  const visit = (part: unknown, certain: boolean): void => {
    if (!isSchema(part) || typeof part === 'boolean') return
    const required = (part['required'] ?? []) as string[]
    for (const [name, member] of Object.entries((part['properties'] ?? {}) as JsonSchema)) {
      if (!found.has(name)) found.set(name, { schema: inlined(root, member), required: certain && required.includes(name) })
    }
    if (typeof part['$ref'] === 'string') visit(followRef(root, part['$ref']), certain)
    for (const inner of (part['allOf'] ?? []) as unknown[]) visit(inner, certain)
    for (const inner of [part['anyOf'] ?? [], part['oneOf'] ?? []].flat()) visit(inner, false)
  }
  visit(root, true)
  return found
}

function inlined(root: JsonSchema, value: unknown): JsonSchema {
  const follow = (at: unknown): unknown => {
    if (Array.isArray(at)) return at.map(follow)
    if (typeof at !== 'object' || at === null) return at
    const { $ref, ...own } = at as JsonSchema
    const target = typeof $ref === 'string' ? followRef(root, $ref) : undefined
    return {
      ...(follow(target) as object | undefined),
      ...Object.fromEntries(Object.entries(own).map(([key, member]) => [key, follow(member)])),
    }
  }
  return follow(value) as JsonSchema
}
