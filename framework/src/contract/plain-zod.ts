import { followRef } from './json-pointer.ts'
import { flatCheck } from './json-schema/flat-check.ts'
import type { JsonSchema } from './compiled-schema.ts'
import type { Schema } from './standard-schema.ts'
import { changesNothing, isAsked, type Zod } from './zod-changes.ts'

const never = 'never'
// Of other formats Zod asks more than their pattern says (a checksum, padding, a URL parser), or asks it in a way that does not run out of stack.
const patternAlone = new Set(['cidrv4', 'cuid', 'cuid2', 'date', 'datetime', 'duration', 'e164', 'email', 'emoji', 'guid', 'includes', 'ipv4', 'ksuid', 'mac', 'nanoid', 'regex', 'time', 'ulid', 'uuid', 'xid']) // prettier-ignore
const limits = new Set(['greater_than', 'less_than', 'min_length', 'max_length', 'length_equals', 'number_format'])

/**
 * A quick yes for schemas that ask little but what JSON Schema can say: whatever it accepts, Zod would accept
 * as it is, and no member of it is unknown. A no means nothing: then Zod is asked, which knows the reasons, trims, and fills in defaults.
 *
 * Undefined for schemas with transformations, refinements, unions or formats that are more than a pattern: these are Zod's alone.
 */
export function quickYes(schema: Schema<any, any>, input: JsonSchema): ((value: unknown) => boolean) | undefined {
  if (schema['~standard'].vendor !== 'zod' || !isPlain(schema as unknown as Zod, new Set())) return undefined
  try {
    const whole = closed(input)
    const follow = ({ $ref: ref }: JsonSchema) => followRef(whole, ref as string)
    const check = flatCheck(whole, unable, { notes: true, codeUnits: true, follow })
    const isKept = changesNothing(schema as unknown as Zod)
    if (check === undefined || isKept === undefined) return check && ((value) => check(value, idle))
    return (value) => check(value, idle) && isKept(value)
  } catch {
    return undefined
  }
}

const idle = { issues: undefined, path: [], scope: [] }

function unable(): never {
  throw new Error('A keyword that has to be asked of its library.')
}

function isPlain(schema: Zod, above: ReadonlySet<Zod>): boolean {
  const def = schema._zod?.def
  if (def === undefined || def.coerce === true) return false
  // Of the checks behind any other type its JSON Schema says nothing.
  const { checks = [] } = def
  if (checks.length > 0 && !(isScalar(def.type) || def.type === 'array')) return false
  if (!checks.every((check) => isPlainCheck(check) || (isScalar(def.type) && isAsked(check)))) return false
  // Inside of itself it is as plain as the rest of it.
  if (above.has(schema)) return true
  const below = new Set([...above, schema])
  switch (def.type) {
    case 'string':
      return def.check === undefined || isPlainCheck(schema)
    case 'number':
    case 'boolean':
    case 'null':
    case 'enum':
    case 'literal':
      return true
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
      return isPlain(def.innerType!, below)
    case 'array':
      return isPlain(def.element!, below)
    case 'object':
      return (
        (def.catchall === undefined || def.catchall._zod?.def.type === never) &&
        Object.values(def.shape!).every((member) => isPlain(member, below))
      )
    default:
      return false
  }
}

/** What cannot be changed in place, so that asking for it twice is harmless. */
function isScalar(type: string | undefined): boolean {
  return type === 'string' || type === 'number'
}

/** Limits and patterns: what the JSON Schema of the same schema says in the same words. */
function isPlainCheck(check: Zod): boolean {
  const def = check._zod?.def
  if (def?.check === undefined) return false
  if (def.check === 'string_format') return patternAlone.has(def.format!) && def.pattern instanceof RegExp && isAlike(def.pattern)
  return limits.has(def.check)
}

/** Whether a pattern means the same by code points, as JSON Schema has it. By code units a dot takes but half of a 😀. */
function isAlike({ flags, source }: RegExp): boolean {
  return flags === 'u' || (flags === '' && !/(?<!\\)\.|\[\^|\\[DSW]/.test(source))
}

/** Zod drops unknown members, we refuse them: neither is a quick yes. For multiples Zod is asked. */
function closed({ multipleOf: _multipleOf, ...schema }: JsonSchema): JsonSchema {
  const { properties, items, anyOf, $defs } = schema as Parts
  return {
    ...schema,
    ...(items && { items: closed(items) }),
    ...(anyOf && { anyOf: anyOf.map(closed) }),
    ...($defs && { $defs: closedEach($defs) }),
    ...(schema['type'] === 'object' && { properties: closedEach(properties ?? {}), additionalProperties: false }),
  }
}

interface Parts {
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly $defs?: Readonly<Record<string, JsonSchema>>
  readonly items?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
}

function closedEach(schemas: Readonly<Record<string, JsonSchema>>): Record<string, JsonSchema> {
  return Object.fromEntries(Object.entries(schemas).map(([name, part]) => [name, closed(part)]))
}
