import { allowed, sizeOf, type Params, type Phrases } from './phrases.ts'

export const english: Phrases = (code, params) => {
  switch (code) {
    case 'required':
      return 'Is required.'
    case 'invalid-type':
      return `Must be ${named(params['expected'] as string | readonly string[])}.`
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
      return `Must be ${allowed(params).one ? '' : 'one of '}${allowed(params).list}.`
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

function size(params: Params, bound: 'min' | 'max'): string {
  const found = sizeOf(params, bound)
  return found === undefined ? 'the right size' : `${found.count} ${found.kind}${found.count === 1 ? '' : 's'}`
}
