import type { Issue, IssueCode } from './compiled-schema.ts'
import { toPointer } from './json-pointer.ts'
import { english } from './messages/en.ts'

/** An answer with a thousand reasons helps nobody, and its size would be the caller's choice. */
export const issueLimit = 100
const longestStep = 200

export function issueAt(
  path: readonly PropertyKey[],
  code: IssueCode,
  params?: Issue['params'],
  message = english(code, params ?? {}),
): Issue {
  // A member's name comes from the caller, too: a megabyte of it must not come back.
  const steps = path.map((step) => (typeof step === 'string' && step.length > longestStep ? `${step.slice(0, longestStep)}…` : step))
  return { field: steps.map(String).join('.'), pointer: toPointer(steps), code, message, ...(params && { params }) }
}

/** The same for a rule that has its own words: a problem that is about a part of the request. */
export function issueOf(path: readonly PropertyKey[], { code, message }: Pick<Issue, 'code' | 'message'>): Issue {
  return { field: path.map(String).join('.'), pointer: toPointer(path), code, message }
}

/** `'lines.0.sku'` in steps; `''` is the whole value. */
export function stepsOf(field: string): string[] {
  return field === '' ? [] : field.split('.')
}
