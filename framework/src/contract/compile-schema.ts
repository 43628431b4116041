import { BootError } from '../std/errors.ts'
import type { CompiledSchema, Issue, IssueCode, JsonSchema, Verdict } from './compiled-schema.ts'
import { issueAt, issueLimit } from './issue.ts'
import type { Schema, SchemaIssue, SchemaVerdict } from './standard-schema.ts'
import { unknownMembers, type Path } from './unknown-members.ts'
import { toJsonSchema } from './to-json-schema.ts'
import { quickYes } from './plain-zod.ts'
import { fromZod } from './zod-issues.ts'

export interface CompileOptions {
  /** Members that the schema does not name: refused as `unknown-member`, dropped, or left to the schema's own library. Default `'refuse'`. */
  unknownMembers?: 'refuse' | 'drop' | 'allow'
}

/**
 * Makes a schema ready at boot; `where` (`'POST /orders body'`) is named when it cannot be.
 *
 * Throws `BootError('contract-invalid')` when the schema accepts what JSON Schema cannot express, with the path of the part.
 *
 * ```ts
 * import { compileSchema } from 'throughline/contract'
 * import * as z from 'zod'
 *
 * const body = compileSchema(z.object({ sku: z.string() }), 'POST /orders body')
 * body.parse({ sku: 'PH-1', note: 'x' }) // { issues: [{ field: 'note', pointer: '/note', code: 'unknown-member', … }] }
 * ```
 */
export function compileSchema<Output>(schema: Schema<any, Output>, where: string, options: CompileOptions = {}): CompiledSchema<Output> {
  const { unknownMembers: policy = 'refuse' } = options
  const standard = schema['~standard']
  const input = toJsonSchema(schema, where, 'input')
  const quick = quickYes(schema, input)
  const find = policy === 'allow' ? undefined : unknownMembers(input)
  let output: JsonSchema | undefined

  return {
    input,
    // Only replies need it, and a parameter that becomes a Date on its way in has none.
    get output() {
      return (output ??= writtenSchema(schema, where))
    },
    parse(value) {
      if (quick !== undefined && quick(value)) return { value: value as Output }
      let given = value
      let unknown = find ? find(value) : noPaths
      if (unknown.length > 0 && policy === 'drop') {
        given = without(value, unknown)
        unknown = noPaths
      }
      const verdict = standard.validate(given)
      if (verdict instanceof Promise) return verdict.then((late) => conclude(standard.vendor, late, given, unknown))
      return verdict.issues === undefined && unknown.length === 0 ? verdict : conclude(standard.vendor, verdict, given, unknown)
    },
  }
}

const noPaths: readonly Path[] = []

function conclude<Output>(vendor: string, verdict: SchemaVerdict<Output>, given: unknown, unknown: readonly Path[]): Verdict<Output> {
  if (verdict.issues === undefined && unknown.length === 0) return verdict
  const issues = new Map<string, Issue>()
  const add = (issue: Issue) => {
    if (issues.size < issueLimit) issues.set(`${issue.code} ${issue.pointer} ${issue.message}`, issue)
  }
  for (const issue of (verdict.issues ?? []).slice(0, issueLimit)) for (const ours of translate(vendor, issue, given)) add(ours)
  for (const path of unknown) add(issueAt(path, 'unknown-member'))
  return { issues: [...issues.values()] }
}

function translate(vendor: string, issue: SchemaIssue, given: unknown): Issue[] {
  const path = (issue.path ?? []).map((step) => (typeof step === 'object' ? step.key : step))
  if (vendor === 'zod') return fromZod({ code: 'custom', ...issue, path }, given)
  // Our own JSON Schema door, which speaks in codes already.
  if (vendor === 'throughline') {
    const { code, params } = issue as SchemaIssue & { code: IssueCode; params?: Issue['params'] }
    return [issueAt(path, code, params)]
  }
  return [issueAt(path, 'invalid', undefined, repeatsValue(issue.message, given, path) ? undefined : issue.message)]
}

// Some libraries quote what they were given ("received 123"), which may be a password.
function repeatsValue(message: string, given: unknown, path: readonly PropertyKey[]): boolean {
  let at = given
  for (const step of path) at = typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[step] : undefined
  return (typeof at === 'string' && at !== '') || typeof at === 'number' ? message.includes(String(at)) : false
}

function without(value: unknown, paths: readonly Path[]): unknown {
  const copy: unknown = structuredClone(value)
  for (const path of paths) {
    let at = copy as Record<string | number, unknown>
    for (const step of path.slice(0, -1)) at = at[step] as Record<string | number, unknown>
    delete at[path.at(-1)!]
  }
  return copy
}

/** What an answer looks like: it is written as the handler gives it, so that what its schema would convert would leave in the wrong shape. */
export function writtenSchema(schema: Schema<any, any>, where: string): JsonSchema {
  const [input, output] = [toJsonSchema(schema, where, 'input'), toJsonSchema(schema, where, 'output')]
  if (JSON.stringify(input, withoutDefaults) === JSON.stringify(output, withoutDefaults)) return output
  throw new BootError('contract-invalid', `${where}: the schema converts what it is given, but replies are not converted.`, {
    fix: 'Return what the schema gives: convert it in the handler or in a to…() function of the domain.',
  })
}

// Filled-in defaults and dropped members are no conversion: the writer does both.
function withoutDefaults(keyword: string, value: unknown): unknown {
  return keyword === 'default' || keyword === 'required' || (keyword === 'additionalProperties' && value === false) ? undefined : value
}
