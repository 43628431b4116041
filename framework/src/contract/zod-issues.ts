import type { Issue, IssueCode } from './compiled-schema.ts'
import { issueAt } from './issue.ts'

/** What Zod 4 says of one breach, as far as it is read here. */
interface ZodIssue {
  readonly code: string
  readonly path: readonly PropertyKey[]
  readonly message: string
  readonly expected?: string
  readonly origin?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly inclusive?: boolean
  readonly format?: string
  readonly pattern?: string
  readonly divisor?: number
  readonly keys?: readonly string[]
  readonly values?: readonly unknown[]
  readonly errors?: readonly (readonly ZodIssue[])[]
  readonly discriminator?: string
}

// Zod's own sentences; anything else was written by the author of the schema and is kept.
const stock =
  /^(Invalid input(: expected |$)|Too (big|small): expected |Invalid option: expected |Invalid number: must be |Invalid string: must match )/
const formats =
  /^Invalid ((email|IPv[46]|MAC) address|IPv[46] range|URL|GUID|UUID(v\d)?|ULID|XID|KSUID|ISO (datetime|date|time|duration)|base64(url)?-encoded string|JSON string|E\.164 number|JWT|IBAN|currency code|credit card number|nanoid|cuid2?|emoji)$/
const typeNames: Readonly<Record<string, string>> = { int: 'integer', record: 'object', tuple: 'array', nonoptional: 'value' }

/** One breach in Zod's words as ours; `value` is what was checked, read only to tell absent from wrong. */
export function fromZod(issue: ZodIssue, value: unknown, under: readonly PropertyKey[] = []): Issue[] {
  const path = [...under, ...issue.path]
  const say = (code: IssueCode, params?: Issue['params']) => [
    issueAt(path, code, params, stock.test(issue.message) || formats.test(issue.message) ? undefined : issue.message),
  ]
  if (isAbsent(value, path) && ['invalid_type', 'invalid_value', 'invalid_union'].includes(issue.code)) return say('required')
  switch (issue.code) {
    case 'invalid_type':
      return say('invalid-type', { expected: typeNames[issue.expected!] ?? issue.expected })
    case 'too_small':
      return isCounted(issue)
        ? say('too-short', { [`min${countedIn(issue)}`]: issue.minimum })
        : say('too-small', { [issue.inclusive === false ? 'exclusiveMinimum' : 'minimum']: issue.minimum })
    case 'too_big':
      return isCounted(issue)
        ? say('too-long', { [`max${countedIn(issue)}`]: issue.maximum })
        : say('too-big', { [issue.inclusive === false ? 'exclusiveMaximum' : 'maximum']: issue.maximum })
    case 'not_multiple_of':
      return say('not-multiple-of', { multipleOf: issue.divisor })
    case 'invalid_format':
      return issue.format === 'regex' ? say('invalid-format', { pattern: issue.pattern }) : say('invalid-format', { format: issue.format })
    case 'invalid_value':
      return say('not-one-of', { allowed: issue.values })
    case 'unrecognized_keys':
      return issue.keys!.map((key) => issueAt([...path, key], 'unknown-member'))
    case 'invalid_union':
      return (
        fromUnion(issue, value, path) ??
        say('no-match', issue.discriminator === undefined ? undefined : { discriminator: issue.discriminator })
      )
    default:
      return say('invalid')
  }
}

// Of a union's branches usually one was meant: the only one whose type and constant members fit. Its breaches help more than "no match".
function fromUnion(issue: ZodIssue, value: unknown, path: readonly PropertyKey[]): Issue[] | undefined {
  const meant = (issue.errors ?? []).filter(
    (branch) => !branch.some((breach) => (breach.code === 'invalid_type' && breach.path.length === 0) || breach.code === 'invalid_value'),
  )
  return meant.length === 1 ? meant[0]!.flatMap((breach) => fromZod(breach, value, path)) : undefined
}

function isCounted({ origin }: ZodIssue): boolean {
  return origin !== 'number' && origin !== 'int' && origin !== 'bigint' && origin !== 'date'
}

function countedIn({ origin }: ZodIssue): string {
  return origin === 'string' ? 'Length' : origin === 'object' || origin === 'record' ? 'Properties' : 'Items'
}

function isAbsent(value: unknown, path: readonly PropertyKey[]): boolean {
  let at = value
  for (const step of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return true
    at = (at as Record<PropertyKey, unknown>)[step]
  }
  return at === undefined
}
