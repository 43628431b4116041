import { toPointer } from '../json-pointer.ts'
import { isNative, toWire } from './native.ts'
import type { Member, Plan } from './plan.ts'

const deepest = 1000

type Members = Readonly<Record<string, unknown>>

/** Writes one value by its plan. This is the meaning of a plan; generated code is only a faster way to the same text. */
export function interpret(plan: Plan, value: unknown): string {
  return write(plan, value, [])
}

function write(plan: Plan, given: unknown, path: PropertyKey[]): string {
  const value = toWire(plan, given)
  if (path.length > deepest)
    throw new Error(`The reply goes deeper than ${deepest} steps, at ${toPointer(path.slice(0, 12))}…: it may hold itself.`)
  if (value === null || value === undefined || (typeof value === 'number' && !Number.isFinite(value))) {
    if (plan.nullable || (plan.kind === 'any' && value === null)) return 'null'
    if (plan.kind !== 'any' || value === undefined) throw breach(plan, value, path)
  }
  switch (plan.kind) {
    case 'any': {
      const text = JSON.stringify(value) as string | undefined
      if (text === undefined) throw breach(plan, value, path)
      return text
    }
    case 'object':
      if (!isObject(value)) throw breach(plan, value, path)
      return writeObject(plan, value, path)
    case 'array':
      if (!Array.isArray(value)) throw breach(plan, value, path)
      return `[${Array.from(value, (item, index) => below(plan.prefix[index] ?? plan.items!, item, index, path)).join(',')}]`
    case 'union': {
      const branch = plan.branches.find((one) => fits(one, value))
      if (!branch) throw breach(plan, value, path)
      return write(branch, value, path)
    }
    default:
      if (!fits(plan, value)) throw breach(plan, value, path)
      return JSON.stringify(value)
  }
}

function writeObject(plan: Extract<Plan, { kind: 'object' }>, value: Members, path: PropertyKey[]): string {
  const written: string[] = []
  for (const member of plan.members) {
    const found = read(value, member.name)
    if (found !== undefined) written.push(`${JSON.stringify(member.name)}:${below(member.plan, found, member.name, path)}`)
    else if (member.fallback !== undefined) written.push(`${JSON.stringify(member.name)}:${member.fallback}`)
    else if (member.required) written.push(`${JSON.stringify(member.name)}:${below(member.plan, undefined, member.name, path)}`)
  }
  if (plan.patterns.length === 0 && !plan.rest) return `{${written.join(',')}}`
  const named = new Set(plan.members.map(({ name }) => name))
  for (const name of Object.keys(value)) {
    const rest = plan.patterns.find(([pattern]) => pattern.test(name))?.[1] ?? plan.rest
    if (rest && !named.has(name) && value[name] !== undefined)
      written.push(`${JSON.stringify(name)}:${below(rest, value[name], name, path)}`)
  }
  return `{${written.join(',')}}`
}

function below(plan: Plan, value: unknown, step: PropertyKey, path: PropertyKey[]): string {
  path.push(step)
  const text = write(plan, value, path)
  path.pop()
  return text
}

/** Whether a value is meant by a branch of a union: by its type, the constants of its members, and that nothing required is missing. */
export function fits(plan: Plan, given: unknown): boolean {
  const value = toWire(plan, given)
  if (value === null) return plan.nullable || plan.kind === 'any'
  switch (plan.kind) {
    case 'any':
      return value !== undefined
    case 'never':
    case 'null':
      return false
    case 'string':
    case 'boolean':
      return typeof value === plan.kind
    case 'number':
      return Number.isFinite(value)
    case 'integer':
      return Number.isInteger(value)
    case 'array':
      return Array.isArray(value)
    case 'object':
      return isObject(value) && plan.members.every((member) => memberFits(member, read(value, member.name)))
    case 'union':
      return plan.branches.some((branch) => fits(branch, value))
  }
}

function memberFits({ plan, required, fallback }: Member, value: unknown): boolean {
  if (value === undefined) return !required || fallback !== undefined || plan.nullable
  return !('values' in plan) || plan.values === undefined || plan.values.includes(value)
}

/** `constructor` and `__proto__` are members only of values that have them. */
export function read(value: Members, name: string): unknown {
  return name in Object.prototype && !Object.hasOwn(value, name) ? undefined : value[name]
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isNative(value)
}

// The value itself stays out of the message: it goes to the log, and may be a secret.
function breach(plan: Plan, value: unknown, path: readonly PropertyKey[]): Error {
  const wanted = plan.kind === 'union' ? 'one of the declared shapes' : plan.kind === 'any' ? 'a JSON value' : plan.kind
  return new Error(`The reply breaks its contract at ${toPointer(path) || 'its top'}: declared is ${wanted}, found is ${kindOf(value)}.`)
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null || (typeof value === 'number' && !Number.isFinite(value))) return String(value)
  if (typeof value === 'number') return Number.isInteger(value) ? 'an integer' : 'a number with a fraction'
  if (typeof value !== 'object') return `a ${typeof value}`
  return Array.isArray(value) ? 'an array' : value instanceof Date ? 'a Date' : 'an object'
}
