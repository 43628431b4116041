import type { Issue, IssueCode } from '../compiled-schema.ts'
import type { SchemaIssue } from '../standard-schema.ts'
import type { Resource } from './resources.ts'

/** An issue that knows its code: `compileSchema` need not guess it from a message. */
export interface CodedIssue extends SchemaIssue {
  readonly code: IssueCode
  readonly params?: Issue['params']
}

/** One validation under way. */
export interface Run {
  /** Undefined where only the verdict counts: inside of `not`, `if` and the branches of a union. */
  issues: CodedIssue[] | undefined
  /** Where in the value we are. */
  readonly path: PropertyKey[]
  /** The resources that were entered, outermost first; kept only for schemas with `$dynamicRef`. */
  readonly scope: Resource[]
}

/** What adjacent keywords have looked at: the annotations that `unevaluatedProperties` and `unevaluatedItems` need. */
export interface Seen {
  members: Set<string>
  allMembers: boolean
  /** Items up to here, and these beyond. */
  items: number
  contained: Set<number>
}

/** Whether `value` is valid. With `run.issues` it goes on after the first breach; without it stops there. */
export type Check = (value: unknown, run: Run, seen: Seen | undefined) => boolean

export function nothingSeen(): Seen {
  return { members: new Set(), allMembers: false, items: 0, contained: new Set() }
}

export function addSeen(to: Seen, from: Seen): void {
  for (const name of from.members) to.members.add(name)
  to.allMembers ||= from.allMembers
  to.items = Math.max(to.items, from.items)
  for (const index of from.contained) to.contained.add(index)
}

/** Reports a breach and answers false. */
export function breach(run: Run, code: IssueCode, params?: Issue['params'], member?: PropertyKey): false {
  run.issues?.push({
    code,
    message: code,
    path: member === undefined ? [...run.path] : [...run.path, member],
    ...(params && { params }),
  })
  return false
}

/** Only the verdict of a check, without its reasons. */
export function holds(check: Check, value: unknown, run: Run, seen: Seen | undefined): boolean {
  const { issues } = run
  run.issues = undefined
  const valid = check(value, run, seen)
  run.issues = issues
  return valid
}

/** A check one step further into the value. */
export function inside(check: Check, value: unknown, run: Run, step: PropertyKey): boolean {
  run.path.push(step)
  const valid = check(value, run, undefined)
  run.path.pop()
  return valid
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
