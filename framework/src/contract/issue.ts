import type { Issue, IssueCode } from './compiled-schema.ts'
import { toPointer } from './json-pointer.ts'

/** An answer with a thousand reasons helps nobody, and its size would be the caller's choice. */
export const issueLimit = 100
const longestStep = 200

export function issueAt(path: readonly PropertyKey[], code: IssueCode, params?: Issue['params'], message = sentence(code, params)): Issue {
  // A member's name comes from the caller, too: a megabyte of it must not come back.
  const steps = path.map((step) => (typeof step === 'string' && step.length > longestStep ? `${step.slice(0, longestStep)}…` : step))
  return { field: steps.map(String).join('.'), pointer: toPointer(steps), code, message, ...(params && { params }) }
}

/** The same sentence for the same rule, whichever library found the breach. */
function sentence(code: IssueCode, params: Readonly<Record<string, any>> = {}): string {
  switch (code) {
    case 'required':
      return 'Is required.'
    case 'invalid-type':
      return `Must be ${named(params['expected'])}.`
    case 'too-small':
      return 'minimum' in params ? `Must be at least ${params['minimum']}.` : `Must be greater than ${params['exclusiveMinimum']}.`
    case 'too-big':
      return 'maximum' in params ? `Must be at most ${params['maximum']}.` : `Must be less than ${params['exclusiveMaximum']}.`
    case 'too-short':
      return `Must have at least ${size(params, 'min')}.`
    case 'too-long':
      return `Must have at most ${size(params, 'max')}.`
    case 'not-multiple-of':
      return `Must be a multiple of ${params['multipleOf']}.`
    case 'invalid-format':
      return 'format' in params ? `Must be a valid ${params['format']}.` : `Must match ${params['pattern']}.`
    case 'not-one-of':
      return `Must be ${(params['allowed'] as unknown[]).length === 1 ? '' : 'one of '}${(params['allowed'] as unknown[]).map((value) => JSON.stringify(value)).join(', ')}.`
    case 'no-match':
      return 'Fits none of the allowed shapes.'
    case 'unknown-member':
      return 'Is not a known member.'
    case 'duplicate':
      return 'Must not hold the same item twice.'
    case 'invalid':
      return 'Is not valid.'
  }
}

function named(type: string | readonly string[]): string {
  if (typeof type !== 'string') return type.map(named).join(' or ')
  if (type === 'null') return 'null'
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`
}

function size(params: Readonly<Record<string, any>>, bound: 'min' | 'max'): string {
  for (const [suffix, noun] of [
    ['Length', 'character'],
    ['Items', 'item'],
    ['Properties', 'member'],
  ] as const) {
    const count = params[bound + suffix]
    if (count !== undefined) return `${count} ${noun}${count === 1 ? '' : 's'}`
  }
  return 'the right size'
}
