// @ts-check
import { flatten } from './schema.js'

/**
 * @typedef {import('./schema.js').Schema} Schema
 * @typedef {import('./schema.js').Resolve} Resolve
 *
 * @typedef {{ name: string, in: 'path' | 'query' | 'header' | 'cookie', required?: boolean, description?: string, schema: Schema, example?: unknown }} Parameter
 * @typedef {{ code: string, status: number, title: string, description: string | undefined, fields: Schema, usedBy: Operation[] }} ProblemKind
 * @typedef {{ code: string, status: number, title: string, fix: string }} Known
 * @typedef {{ status: string, description: string, headers: Record<string, { description?: string, schema?: Schema }>, media: string | undefined, schema: Schema | undefined, problems: ProblemKind[] }} Answer
 * @typedef {{ required: boolean, media: string, schema: Schema, example: unknown }} Body
 * @typedef {object} Operation
 * @property {string} id
 * @property {string} method
 * @property {string} path
 * @property {string} summary
 * @property {string | undefined} description
 * @property {boolean} deprecated
 * @property {boolean} secured
 * @property {Parameter[]} parameters
 * @property {Body | undefined} body
 * @property {Answer[]} answers
 *
 * @typedef {{ name: string, description: string | undefined, operations: Operation[] }} Group
 * @typedef {{ info: Record<string, any>, groups: Group[], operations: Map<string, Operation>, problems: Map<string, ProblemKind>, resolve: Resolve }} Model
 */

const methods = ['get', 'post', 'put', 'patch', 'delete']
const standardMembers = new Set(['type', 'title', 'status', 'detail', 'instance', 'code', 'requestId', 'docsUrl', 'retryable'])

/**
 * An OpenAPI 3.1 document as this page needs it: grouped by tag, references followed, problems collected.
 *
 * @param {Record<string, any>} document
 * @param {Known[]} known the framework's own problems, those included that no operation declares
 * @returns {Model}
 */
export function readDocument(document, known) {
  const resolve = resolver(document)
  /** @type {Map<string, Operation>} */
  const operations = new Map()
  /** @type {Map<string, ProblemKind>} */
  const problems = new Map(
    known.map(({ fix, ...one }) => [one.code, { ...one, description: fix, fields: { type: 'object', properties: {} }, usedBy: [] }]),
  )
  /** @type {Map<string, Group>} */
  const groups = new Map()
  for (const { name, description } of document.tags ?? []) groups.set(name, { name, description, operations: [] })

  for (const [path, item] of Object.entries(document.paths ?? {})) {
    for (const method of methods.filter((one) => item[one])) {
      const source = item[method]
      const operation = readOperation({ path, method, item, source, security: source.security ?? document.security }, resolve)
      operation.answers = Object.entries(source.responses ?? {}).map(([status, answer]) =>
        readAnswer(status, resolve(answer).schema, { resolve, problems, operation }),
      )
      operations.set(operation.id, operation)
      const tag = source.tags?.[0] ?? 'Other'
      if (!groups.has(tag)) groups.set(tag, { name: tag, description: undefined, operations: [] })
      groups.get(tag)?.operations.push(operation)
    }
  }
  const used = [...groups.values()].filter((group) => group.operations.length > 0)
  const sorted = new Map([...problems].sort(([a, one], [b, other]) => one.status - other.status || a.localeCompare(b)))
  return { info: document.info ?? {}, groups: used, operations, problems: sorted, resolve }
}

/**
 * @param {{ path: string, method: string, item: Record<string, any>, source: Record<string, any>, security: unknown[] | undefined }} place
 * @param {Resolve} resolve
 * @returns {Operation}
 */
function readOperation({ path, method, item, source, security }, resolve) {
  const parameters = [...(item['parameters'] ?? []), ...(source['parameters'] ?? [])].map((one) => resolve(one).schema)
  return {
    id: source['operationId'] ?? `${method}-${path.replaceAll(/[^a-z0-9]+/gi, '-')}`,
    method: method.toUpperCase(),
    path,
    summary: source['summary'] ?? `${method.toUpperCase()} ${path}`,
    description: source['description'],
    deprecated: source['deprecated'] === true,
    // An empty requirement among others means "also without".
    secured: (security ?? []).length > 0 && !security?.some((one) => Object.keys(/** @type {object} */ (one)).length === 0),
    parameters: parameters.map((one) => /** @type {Parameter} */ ({ ...one, schema: one['schema'] ?? {} })),
    body: readBody(source['requestBody'] && resolve(source['requestBody']).schema),
    answers: [],
  }
}

/**
 * @param {Record<string, any> | undefined} body
 * @returns {Body | undefined}
 */
function readBody(body) {
  const [media, content] = Object.entries(body?.['content'] ?? {})[0] ?? []
  if (!body || !media) return undefined
  const named = /** @type {{ value: unknown } | undefined} */ (Object.values(content.examples ?? {})[0])
  return { required: body['required'] === true, media, schema: content.schema ?? {}, example: content.example ?? named?.value }
}

/**
 * @param {string} status
 * @param {Record<string, any>} source
 * @param {{ resolve: Resolve, problems: Map<string, ProblemKind>, operation: Operation }} into
 * @returns {Answer}
 */
function readAnswer(status, source, { resolve, problems, operation }) {
  const [media, content] = Object.entries(source['content'] ?? {})[0] ?? []
  const schema = content?.schema
  const answer = {
    status,
    description: source['description'] ?? '',
    headers: source['headers'] ?? {},
    media,
    schema,
    problems: /** @type {ProblemKind[]} */ ([]),
  }
  if (Number(status) < 400 || !schema) return answer
  for (const variant of alternatives(schema, resolve)) {
    for (const code of codesOf(variant)) {
      const own = readProblem(code, variant, Number(status))
      const kind = problems.get(code) ?? own
      kind.fields = own.fields
      problems.set(code, kind)
      kind.usedBy.push(operation)
      answer.problems.push(kind)
    }
  }
  return answer
}

/**
 * @param {Schema} source
 * @param {Resolve} resolve
 * @returns {Schema[]}
 */
function alternatives(source, resolve) {
  const { schema } = resolve(source)
  const several = schema.oneOf ?? schema.anyOf
  return several ? several.flatMap((/** @type {Schema} */ one) => alternatives(one, resolve)) : [flatten(schema, resolve)]
}

/**
 * @param {Schema} problem
 * @returns {string[]}
 */
function codesOf(problem) {
  const { code = {}, type = {} } = problem.properties ?? {}
  const said = code.const ?? type.const
  return said === undefined ? (code.enum ?? type.enum ?? []) : [said]
}

/**
 * @param {string} code
 * @param {Schema} problem
 * @param {number} status
 * @returns {ProblemKind}
 */
function readProblem(code, problem, status) {
  const own = Object.entries(problem.properties ?? {}).filter(([name]) => !standardMembers.has(name))
  const words = code.replaceAll('-', ' ')
  return {
    code,
    status,
    title: problem.title ?? words.charAt(0).toUpperCase() + words.slice(1),
    description: problem.description,
    fields: {
      type: 'object',
      properties: Object.fromEntries(own),
      required: (problem.required ?? []).filter((/** @type {string} */ name) => !standardMembers.has(name)),
    },
    usedBy: [],
  }
}

/**
 * @param {Record<string, any>} document
 * @returns {Resolve}
 */
function resolver(document) {
  return (source) => {
    let schema = source
    let name
    // Ten hops end a circle of bare references; a real document has one or two.
    for (let hops = 0; typeof schema?.$ref === 'string' && hops < 10; hops++) {
      name = schema.$ref.split('/').at(-1)
      const path = schema.$ref
        .slice(2)
        .split('/')
        .map((/** @type {string} */ part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
      schema = path.reduce((/** @type {any} */ node, /** @type {string} */ part) => node?.[part], document) ?? {}
    }
    return { schema, name }
  }
}
