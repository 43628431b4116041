import type { Check } from '../../contract/check.ts'
import type { Issue, JsonSchema } from '../../contract/compiled-schema.ts'
import { issueLimit, issueOf, stepsOf } from '../../contract/issue.ts'
import { leadsTo } from '../../contract/json-pointer.ts'
import { isPatch } from '../../contract/patch-types.ts'
import { ValidationFailed } from '../../contract/problems.ts'
import { isStream } from '../../contract/stream.ts'
import { toJsonSchema } from '../../contract/to-json-schema.ts'
import { AppError, BootError } from '../../std/errors.ts'
import { askedFields, precognitive } from '../precognition.ts'
import type { Exchange } from '../exchange.ts'
import type { Checker, Reply, Route, Stage } from '../stage.ts'

type Path = readonly PropertyKey[]

/** One rule at one place of the body, with the function that decides it. */
interface ReadyCheck {
  readonly place: string
  readonly steps: readonly string[]
  readonly check: Check
  readonly decide: Checker<Check>
  /** A place as the caller wrote it. */
  readonly written: (path: Path) => Path
}

interface Breach {
  readonly check: Check
  readonly value: unknown
  readonly path: Path
}

/**
 * Asks what only the server can decide, behind everything that can be decided without asking: a request of the wrong type never
 * costs a query, and one with a hundred values costs one.
 *
 * Where answers are kept by `Idempotency-Key`, the checks run inside of that, before your code: whoever repeats a request gets the
 * first answer, though the world has changed since.
 */
export const check: Stage = {
  name: 'check',
  compile(route) {
    const run = checksOf(route)
    if (run === undefined) return undefined
    const { checks = {}, idempotent } = route.endpoint.promises
    const places = Object.entries(checks).map(([place, { problem }]) => `${problem.type} in ${place || 'body'}`)
    const asks = precognitive(route.endpoint)
    const foresee = asks && ((c: Exchange) => (asks(c) ? run(c) : undefined))
    const enter = idempotent === undefined ? run : foresee
    return { stage: 'check', label: `check ${places.join(', ')}`, ...(enter && { enter }) }
  },
}

type Enter = (c: Exchange) => Reply | Promise<Reply>

/** The checks of a route and then what it does, as one. */
export function checked(route: Route, enter: Enter): Enter {
  const run = checksOf(route)
  if (run === undefined) return enter
  return async (c) => {
    await run(c)
    return enter(c)
  }
}

function checksOf(route: Route): ((c: Exchange) => undefined | Promise<undefined>) | undefined {
  const { checks = {}, body, naming } = route.endpoint.promises
  const places = Object.entries(checks)
  if (places.length === 0) return undefined
  const { address } = route.endpoint
  const refuse = (why: string) => new BootError('contract-invalid', `${address} (${route.source}) has checks, but ${why}.`)
  if (body === undefined || isPatch(body) || isStream(body)) throw refuse('no body that is one whole value')
  const schema: JsonSchema = toJsonSchema(body, `${address} body`, 'input')
  const names = naming?.of(schema, `${address} body`)
  const written = (path: Path) => names?.pathToWritten(path.map(String)) ?? path
  const ready = places.map(([place, one]): ReadyCheck => {
    const decide = route.checkers?.get(one)
    const steps = stepsOf(place)
    if (decide === undefined)
      throw refuse(
        `the one for ${place || 'the body'} is not in its contract module: export it there, and implement() asks for its function`,
      )
    if (!leadsTo(schema, steps))
      throw refuse(`its body has no ${place}: write the names of members with dots between them, and * for the items of a list`)
    return { place, steps, check: one, decide, written }
  })
  return (c) => run(c, ready)
}

function run(c: Exchange, checks: readonly ReadyCheck[]): undefined | Promise<undefined> {
  const isAsked = precognitive(c.pipeline.route.endpoint)?.(c) ? askedFields(c) : undefined
  const asked = checks.map((one) => ({ ...one, values: valuesAt(c.body, one, isAsked) })).filter(({ values }) => values.size > 0)
  if (asked.length === 0) return undefined
  return Promise.all(asked.map(async (one) => breachesOf(one, await one.decide([...one.values.keys()], c)))).then((found) =>
    conclude(found.flat()),
  )
}

/** Every value at a place, once, with the paths that lead to it. What is absent is not asked about. */
function valuesAt(body: unknown, { steps, written }: ReadyCheck, isAsked: ((path: Path) => boolean) | undefined): Map<unknown, Path[]> {
  const found = new Map<unknown, Path[]>()
  const visit = (value: unknown, path: Path): void => {
    if (value === undefined || value === null) return
    const step = steps[path.length]
    if (step === undefined) {
      const place = written(path)
      if (isAsked !== undefined && !isAsked(place)) return
      const paths = found.get(value)
      if (paths === undefined) found.set(value, [place])
      else paths.push(place)
    } else if (step === '*' && Array.isArray(value)) value.forEach((item, at) => visit(item, [...path, at]))
    else if (typeof value === 'object' && Object.hasOwn(value, step)) visit((value as Record<string, unknown>)[step], [...path, step])
  }
  visit(body, [])
  return found
}

function breachesOf({ check: one, values }: ReadyCheck & { values: Map<unknown, Path[]> }, right: Iterable<unknown>): Breach[] {
  const rest = new Map(values)
  for (const value of right) rest.delete(value)
  return [...rest].flatMap(([value, paths]) => paths.map((path) => ({ check: one, value, path })))
}

/** One kind of problem is answered as itself, several of them as what they have in common. */
function conclude(breaches: readonly Breach[]): undefined {
  const [first] = breaches
  if (first === undefined) return undefined
  const errors = breaches.slice(0, issueLimit).map(({ check: one, value, path }): Issue => {
    const { code, message } = toError(one, value)
    return issueOf(path, { code, message })
  })
  if (breaches.some(({ check: { problem } }) => problem !== first.check.problem)) throw ValidationFailed({ errors })
  const { code, status, title, message: detail, fields, headers } = toError(first.check, first.value)
  throw new AppError({ code, status, title, detail, fields: { ...fields, errors }, headers })
}

function toError({ problem, '~fields': fieldsOf }: Check, value: unknown): AppError {
  return problem.fields === undefined ? problem() : problem(fieldsOf(value))
}
