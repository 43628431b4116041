/** What Zod's schemas hold of themselves (`_zod.def`), as far as it is read here. */
export interface Definition {
  readonly type?: string
  readonly check?: string
  readonly format?: string
  readonly pattern?: RegExp
  readonly checks?: readonly Zod[]
  readonly shape?: Readonly<Record<string, Zod>>
  readonly catchall?: Zod
  readonly element?: Zod
  readonly innerType?: Zod
  readonly coerce?: boolean
  readonly error?: unknown
  readonly tx?: (value: unknown) => unknown
}

export interface Zod {
  readonly _zod?: { readonly def: Definition; readonly check?: (payload: { value: unknown; issues: unknown[] }) => unknown }
}

type Test = (value: unknown) => boolean

const fillsIn = new Set(['default', 'prefault'])

/** What of a string or number Zod itself is asked for: `trim()` and the like, and a multiple of a fraction, which it rounds in its own way. */
export function isAsked(check: Zod): boolean {
  const kind = check._zod?.def.check
  return kind === 'overwrite' || kind === 'multiple_of'
}

/**
 * Whether Zod would give a value back as it is, as far as its JSON Schema does not say: nothing to trim, no default to fill in.
 * Undefined where the schema asks for none of that. The value must satisfy the JSON Schema.
 */
export function changesNothing(schema: Zod): Test | undefined {
  return asks(schema, new Set()) ? testOf(schema, new Map()) : undefined
}

function asks(schema: Zod, above: ReadonlySet<Zod>): boolean {
  if (above.has(schema)) return false
  const { type, checks = [], innerType, element, shape = {} } = schema._zod!.def
  const below = new Set([...above, schema])
  const parts = [innerType, element, ...Object.values(shape)].filter((part) => part !== undefined)
  return fillsIn.has(type!) || checks.some(isAsked) || parts.some((part) => asks(part, below))
}

function testOf(schema: Zod, tests: Map<Zod, Test>): Test {
  const known = tests.get(schema)
  if (known !== undefined) return known
  // Known before it is made: recursive schemas ask themselves.
  tests.set(schema, (value) => test(value))
  const test = build(schema._zod!.def, tests)
  return test
}

function build({ type, checks = [], innerType, element, shape }: Definition, tests: Map<Zod, Test>): Test {
  if (innerType !== undefined) {
    const inner = testOf(innerType, tests)
    return fillsIn.has(type!) ? (value) => value !== undefined && inner(value) : inner
  }
  if (element !== undefined) {
    const each = testOf(element, tests)
    return (value) => !Array.isArray(value) || value.every(each)
  }
  if (shape !== undefined) return membersTest(shape, tests)
  const asked = checks.filter(isAsked)
  return (value) => value === undefined || value === null || asked.every((check) => leaves(check, value))
}

function membersTest(shape: Readonly<Record<string, Zod>>, tests: Map<Zod, Test>): Test {
  const members = Object.entries(shape)
    .filter(([, member]) => asks(member, new Set()))
    .map(([name, member]) => ({ name, inherited: name in Object.prototype, test: testOf(member, tests) }))
  return (value) => {
    if (typeof value !== 'object' || value === null) return true
    for (const { name, inherited, test } of members) {
      const found = inherited && !Object.hasOwn(value, name) ? undefined : (value as Readonly<Record<string, unknown>>)[name]
      if (!test(found)) return false
    }
    return true
  }
}

function leaves({ _zod }: Zod, value: unknown): boolean {
  if (_zod!.def.tx !== undefined) return Object.is(_zod!.def.tx(value), value)
  const payload = { value, issues: [] }
  _zod!.check!(payload)
  return payload.issues.length === 0
}
