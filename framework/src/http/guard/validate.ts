import { coercion } from '../../contract/coerce.ts'
import { compileSchema } from '../../contract/compile-schema.ts'
import type { CompiledSchema, Issue, Verdict } from '../../contract/compiled-schema.ts'
import { issueLimit } from '../../contract/issue.ts'
import { fromPointer } from '../../contract/json-pointer.ts'
import { namedSchema } from '../../contract/naming/named-schema.ts'
import type { Naming } from '../../contract/naming/naming.ts'
import { NotFound, ValidationFailed } from '../../contract/problems.ts'
import { essenceOf, isPatch } from '../../contract/patch-types.ts'
import { patchReader } from '../../contract/patch.ts'
import type { Schema } from '../../contract/standard-schema.ts'
import { isStream } from '../../contract/stream.ts'
import { askedFields, foreseen, precognitive } from '../precognition.ts'
import type { Exchange } from '../exchange.ts'
import type { Reply, Route, Site, Stage } from '../stage.ts'
import { itemsOf } from './items.ts'
import { withSafePatterns } from './patterns.ts'
import { parseQuery } from './query-string.ts'

type Part = 'params' | 'query' | 'headers' | 'body'
type Raw = Readonly<Record<string, string | readonly string[]>>

/** Checks one part of the request and, when it is sound, puts the parsed value in its place. */
interface Check {
  readonly part: Part
  run(c: Exchange): Verdict<unknown> | Promise<Verdict<unknown>>
  accept(c: Exchange, value: unknown): void
}

/** Params, query, headers and body against their schemas, all breaches in one answer. Strings from the URL and headers are converted as declared; a JSON body never is. */
export const validate: Stage = {
  name: 'validate',
  compile(route, site) {
    const checks = checksOf(route, site)
    if (checks.length === 0) return undefined
    const missing = route.endpoint.promises.badParams === 404
    const asks = precognitive(route.endpoint)
    return {
      stage: 'validate',
      label: `validate ${checks.map((check) => check.part).join(', ')}`,
      enter(c) {
        const verdicts: (Verdict<unknown> | Promise<Verdict<unknown>>)[] = []
        let asynchronous = false
        for (const check of checks) {
          const verdict = check.run(c)
          asynchronous ||= verdict instanceof Promise
          verdicts.push(verdict)
        }
        if (asynchronous)
          return Promise.all(verdicts.map(async (verdict) => verdict)).then((settled) => conclude(c, { checks, missing, asks }, settled))
        return conclude(c, { checks, missing, asks }, verdicts as Verdict<unknown>[])
      },
    }
  },
}

interface Rules {
  readonly checks: readonly Check[]
  /** Params that do not fit are a path that leads nowhere. */
  readonly missing: boolean
  readonly asks: ReturnType<typeof precognitive>
}

function conclude(c: Exchange, { checks, missing, asks }: Rules, verdicts: readonly Verdict<unknown>[]): Reply | undefined {
  let breaches: Issue[] | undefined
  for (let i = 0; i < checks.length; i++) {
    const verdict = verdicts[i]!
    const check = checks[i]!
    if (verdict.issues === undefined) check.accept(c, verdict.value)
    else if (missing && check.part === 'params') throw NotFound()
    else
      for (const issue of verdict.issues)
        (breaches ??= []).push(check.part === 'body' ? issue : { ...issue, params: { ...issue.params, in: check.part } })
  }
  if (breaches === undefined) return undefined
  // Whoever fills in a form asks about the fields that they have filled in; that others are still empty is no answer to that.
  const isAsked = asks?.(c) ? askedFields(c) : undefined
  if (isAsked !== undefined) breaches = breaches.filter(({ params, pointer }) => !isField(params) || isAsked(fromPointer(pointer)))
  if (breaches.length === 0) return foreseen()
  throw ValidationFailed({ errors: breaches.slice(0, issueLimit) })
}

function isField(params: Issue['params']): boolean {
  const place = params?.['in']
  return place !== 'params' && place !== 'headers'
}

/** What `node:http` takes of a head, and of a path and query within it. */
const longestHead = 16 * 1024

function checksOf(route: Route, site: Site): Check[] {
  const { address, promises } = route.endpoint
  const { naming } = promises
  const safeIn = (part: Part) => (compiled: CompiledSchema) => {
    const longest = part === 'body' ? (promises.bodyLimit ?? site.bodyLimit) : longestHead
    return withSafePatterns(compiled, { where: `${address} ${part}`, longest }, site)
  }
  const compile = (schema: Schema, part: Part, unknownMembers: 'refuse' | 'drop') => {
    const where = `${address} ${part}`
    const safe = safeIn(part)
    // Names of header fields are HTTP's.
    if (naming === undefined || part === 'headers') return safe(compileSchema(schema, where, { unknownMembers }))
    return safe(namedSchema(compileSchema(schema, where, { unknownMembers: 'allow' }), { naming, where, unknownMembers }))
  }
  const checks: Check[] = []
  if (promises.params !== undefined) {
    const read = naming === undefined ? (c: Exchange) => c.pathParams : (c: Exchange) => writtenParams(c.pathParams, naming)
    checks.push(fromStrings('params', compile(promises.params, 'params', 'drop'), read))
  }
  if (promises.query !== undefined)
    checks.push(fromStrings('query', compile(promises.query, 'query', 'drop'), (c) => parseQuery(c.rawQuery)))
  if (promises.headers !== undefined)
    checks.push(fromStrings('headers', compile(promises.headers, 'headers', 'drop'), (c) => c.request.headers as Raw))
  if (isPatch(promises.body)) {
    const read = patchReader(promises.body, `${address} body`, { naming, guard: safeIn('body') })
    const run = (c: Exchange) => ({ value: read(c.body, essenceOf(c.request.headers['content-type'])) })
    checks.push({ part: 'body', run, accept: (c, value) => void (c.body = value) })
  } else if (isStream(promises.body)) {
    const each = compile(promises.body.item, 'body', promises.unknownMembers ?? 'refuse')
    checks.push({ part: 'body', run: (c) => itemsOf(c.body, each), accept: (c, value) => void (c.body = value) })
  } else if (promises.body !== undefined) {
    const schema = compile(promises.body, 'body', promises.unknownMembers ?? 'refuse')
    checks.push({ part: 'body', run: (c) => schema.parse(c.body), accept: (c, value) => void (c.body = value) })
  }
  return checks
}

/** The path holds values alone, but what is wrong with one is told by its written name. */
function writtenParams(params: Readonly<Record<string, string>>, naming: Naming): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [naming.word(name), value]))
}

function fromStrings(part: 'params' | 'query' | 'headers', schema: CompiledSchema, read: (c: Exchange) => Raw): Check {
  const coerce = coercion(schema.input)
  return {
    part,
    run: (c) => schema.parse(coerce(read(c))),
    accept(c, value) {
      if (part === 'params') c.params = value as Record<string, unknown>
      else if (part === 'query') c.query = value
      // What the contract does not name stays readable, unchecked.
      else c.checkedHeaders = { ...c.request.headers, ...(value as Record<string, unknown>) }
    },
  }
}
