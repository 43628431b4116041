import type { ErrorObject } from 'ajv'
import type { Issue, IssueCode } from '../compiled-schema.ts'
import type { SchemaIssue } from '../standard-schema.ts'

export interface CodedIssue extends SchemaIssue {
  readonly code: IssueCode
  readonly params?: Issue['params']
}

/** Ajv's errors as ours. Of a union that does not match only that is said: the reasons of every branch would contradict each other. */
export function fromAjv(errors: readonly ErrorObject[]): CodedIssue[] {
  const unions = errors.filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf')
  return errors.filter((error) => error.propertyName === undefined && !unions.some((union) => isBranch(error, union, errors))).map(toIssue)
}

// A branch behind a `$ref` has a schema path of its own, so that only its place in the value and in the list tells where it came from.
function isBranch(error: ErrorObject, union: ErrorObject, errors: readonly ErrorObject[]): boolean {
  if (error === union) return false
  if (error.schemaPath.startsWith(`${union.schemaPath}/`)) return true
  const parent = union.schemaPath.slice(0, union.schemaPath.lastIndexOf('/') + 1)
  const inside = error.instancePath === union.instancePath || error.instancePath.startsWith(`${union.instancePath}/`)
  return inside && !error.schemaPath.startsWith(parent) && errors.indexOf(error) < errors.indexOf(union)
}

function toIssue({ keyword, params, instancePath, message }: ErrorObject): CodedIssue {
  const path: PropertyKey[] = instancePath
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
  const issue = (code: IssueCode, given?: Issue['params'], at: PropertyKey[] = []): CodedIssue => ({
    code,
    path: [...path, ...at],
    message: message ?? keyword,
    ...(given && { params: given }),
  })
  switch (keyword) {
    case 'required':
    case 'dependentRequired':
      return issue('required', undefined, [params['missingProperty']])
    case 'type':
      return issue('invalid-type', { expected: params['type'] })
    case 'minimum':
    case 'exclusiveMinimum':
      return issue('too-small', { [keyword]: params['limit'] })
    case 'maximum':
    case 'exclusiveMaximum':
      return issue('too-big', { [keyword]: params['limit'] })
    case 'minLength':
    case 'minItems':
    case 'minProperties':
      return issue('too-short', { [keyword]: params['limit'] })
    case 'maxLength':
    case 'maxItems':
    case 'maxProperties':
      return issue('too-long', { [keyword]: params['limit'] })
    case 'items':
    case 'unevaluatedItems':
      return issue('too-long', { maxItems: params['limit'] ?? params['len'] })
    case 'multipleOf':
      return issue('not-multiple-of', { multipleOf: params['multipleOf'] })
    case 'format':
      return issue('invalid-format', { format: params['format'] })
    case 'pattern':
      return issue('invalid-format', { pattern: params['pattern'] })
    case 'enum':
      return issue('not-one-of', { allowed: params['allowedValues'] })
    case 'const':
      return issue('not-one-of', { allowed: [params['allowedValue']] })
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return issue('unknown-member', undefined, [params['additionalProperty'] ?? params['unevaluatedProperty']])
    case 'propertyNames':
      return issue('invalid', undefined, [params['propertyName']])
    case 'uniqueItems':
      return issue('duplicate')
    case 'anyOf':
    case 'oneOf':
    case 'not':
    case 'contains':
      return issue('no-match')
    default:
      return issue('invalid')
  }
}
