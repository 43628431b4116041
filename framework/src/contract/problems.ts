import { errorTable, type ProblemCode } from '../std/error-table.ts'
import type { Issue, JsonSchema } from './compiled-schema.ts'
import { issuesSchema } from './issues-schema.ts'
import { problem, type Problem, type ProblemOptions } from './problem.ts'
import type { Schema } from './standard-schema.ts'

// Every failure that the framework itself answers with, as the same values that applications declare with `problem()`.

export const BadRequest = plain('bad-request')
export const MalformedPath = plain('malformed-path')
export const InvalidCursor = plain('invalid-cursor')
export const Forbidden = plain('forbidden')
export const LinkInvalid = plain('link-invalid')
export const NotFound = plain('not-found')
export const RequestTimeout = plain('request-timeout', { headers: () => ({ connection: 'close' }) })
export const Conflict = plain('conflict')
export const PreconditionFailed = plain('precondition-failed')
export const PreconditionRequired = plain('precondition-required')
export const ClientClosedRequest = plain('client-closed-request')
export const HeadersTooLarge = plain('headers-too-large')
export const ExpectationFailed = plain('expectation-failed')
export const MisdirectedRequest = plain('misdirected-request')
export const VersionNotSupported = plain('version-not-supported')
export const CommitOutcomeUnknown = plain('commit-outcome-unknown')
export const InternalError = plain('internal-error')
export const NotImplemented = plain('not-implemented')
export const DatabaseUnavailable = plain('database-unavailable')
export const PoolExhausted = plain('pool-exhausted')
export const DependencyUnavailable = plain('dependency-unavailable')
export const DependencyBusy = plain('dependency-busy')
export const Overloaded = plain('overloaded')
export const ShuttingDown = plain('shutting-down')
export const DeadlineExceeded = plain('deadline-exceeded')
export const AddressRefused = plain('address-refused')
export const UpstreamFailed = plain('upstream-failed')
export const UpstreamTimeout = plain('upstream-timeout')
export const PathRefused = plain('path-refused')
export const ProgramFailed = plain('program-failed')
export const ProgramTimeout = plain('program-timeout')

export const Unauthenticated = plain('unauthenticated', { headers: () => ({ 'www-authenticate': 'Bearer' }) })
export const TokenReused = plain('token-reused', { headers: () => ({ 'www-authenticate': 'Bearer error="invalid_token"' }) })

export const MalformedJson = detailed<'malformed-json', { line: number; column: number }>(
  'malformed-json',
  { line: { type: 'integer', minimum: 1 }, column: { type: 'integer', minimum: 1 } },
  { detail: ({ line, column }) => `The body is not well-formed JSON: see line ${line}, column ${column}.` },
)

export const JsonTooComplex = detailed<'json-too-complex', { limit: 'depth' | 'members' | 'items' | 'stringLength'; maximum: number }>(
  'json-too-complex',
  { limit: { type: 'string', enum: ['depth', 'members', 'items', 'stringLength'] }, maximum: { type: 'number' } },
  { detail: ({ limit, maximum }) => `The JSON goes beyond the limit for ${limit}, which is ${maximum}.` },
)

export const JsonAmbiguous = detailed<
  'json-ambiguous',
  { pointer: string; reason: 'duplicate-member' | 'inexact-number' | 'lone-surrogate' }
>(
  'json-ambiguous',
  {
    pointer: { type: 'string', description: 'RFC 6901: where.' },
    reason: { type: 'string', enum: ['duplicate-member', 'inexact-number', 'lone-surrogate'] },
  },
  { detail: ({ pointer, reason }) => `${ambiguity[reason]}: see ${pointer || 'the top'}.` },
)

const ambiguity = {
  'duplicate-member': 'A member comes twice',
  'inexact-number': 'A number cannot be held exactly; send integers beyond 2^53 - 1 as strings',
  'lone-surrogate': 'A string holds half of a surrogate pair',
}

export const StepTimeout = detailed<'step-timeout', { step: string }>(
  'step-timeout',
  { step: { type: 'string', description: 'What did not come to its end in time.' } },
  { detail: ({ step }) => `The step "${step}" took longer than it may.`, headers: () => ({ 'retry-after': '1' }) },
)

export const InvalidSort = detailed<'invalid-sort', { allowed: readonly string[] }>(
  'invalid-sort',
  { allowed: strings() },
  { detail: ({ allowed }) => `Sort by ${allowed.join(', ')}; put - in front for descending.` },
)

export const MethodNotAllowed = detailed<'method-not-allowed', { allowed: readonly string[] }>(
  'method-not-allowed',
  { allowed: strings() },
  { detail: ({ allowed }) => `This path answers ${allowed.join(', ')}.`, headers: ({ allowed }) => ({ allow: allowed.join(', ') }) },
)

export const NotAcceptable = detailed<'not-acceptable', { available: readonly string[] }>(
  'not-acceptable',
  { available: strings() },
  { detail: ({ available }) => `Available: ${available.join(', ')}.` },
)

export const ContentTooLarge = detailed<'content-too-large', { limit: number }>(
  'content-too-large',
  { limit: { type: 'integer', minimum: 0, description: 'Bytes.' } },
  { detail: ({ limit }) => `The body may have at most ${limit} bytes.` },
)

export const RangeNotSatisfiable = detailed<'range-not-satisfiable', { size: number }>(
  'range-not-satisfiable',
  { size: { type: 'integer', minimum: 0, description: 'Bytes there are.' } },
  {
    detail: ({ size }) => `There are ${size} bytes, and none where the ranges point.`,
    headers: ({ size }) => ({ 'content-range': `bytes */${size}` }),
  },
)

export const PatchFailed = detailed<'patch-failed', { operation: number; pointer: string }>(
  'patch-failed',
  {
    operation: { type: 'integer', minimum: 0, description: 'Counts from 0.' },
    pointer: { type: 'string', description: 'RFC 6901: where it failed.' },
  },
  { detail: ({ operation, pointer }) => `Operation ${operation} does not fit what is at ${pointer || 'the top'}; nothing was changed.` },
)

export const UriTooLong = detailed<'uri-too-long', { limit: number }>(
  'uri-too-long',
  { limit: { type: 'integer', minimum: 0, description: 'Bytes.' } },
  { detail: ({ limit }) => `Path and query may have at most ${limit} bytes.` },
)

export const UnsupportedMediaType = detailed<'unsupported-media-type', { supported: readonly string[] }>(
  'unsupported-media-type',
  { supported: strings() },
  { detail: ({ supported }) => `Send ${supported.join(' or ')}.`, headers: acceptHeaders },
)

export const IdempotencyKeyRequired = plain('idempotency-key-required')
export const IdempotencyKeyInvalid = plain('idempotency-key-invalid')
export const IdempotencyKeyReused = plain('idempotency-key-reused')
export const IdempotencyInProgress = plain('idempotency-in-progress')

export const RateLimited = detailed<'rate-limited', { policy: string; retryAfter: number }>(
  'rate-limited',
  {
    policy: { type: 'string', description: 'Which limit, by its name in `RateLimit-Policy`.' },
    retryAfter: { type: 'integer', minimum: 0, description: 'Seconds.' },
  },
  { detail: ({ policy, retryAfter }) => `This is more than the limit ${policy} allows. Repeat it in ${retryAfter} s.` },
)

export const UnsupportedEncoding = detailed<'unsupported-encoding', { supported: readonly string[] }>(
  'unsupported-encoding',
  { supported: strings() },
  {
    detail: ({ supported }) => `Send the body as it is, or in ${supported.join(' or ')}.`,
    headers: ({ supported }) => ({ 'accept-encoding': supported.join(', ') }),
  },
)

export const ValidationFailed = detailed<'validation-failed', { errors: readonly Issue[] }>(
  'validation-failed',
  { errors: issuesSchema },
  {
    detail: ({ errors }) =>
      errors.length === 1 ? '1 value is not as it should be.' : `${errors.length} values are not as they should be.`,
  },
)

export const ApiVersionUnknown = detailed<'api-version-unknown', { supported: readonly number[] }>(
  'api-version-unknown',
  { supported: integers() },
  { detail: ({ supported }) => `Supported: ${supported.join(', ')}.` },
)

export const ApiVersionRetired = detailed<'api-version-retired', { supported: readonly number[] }>(
  'api-version-retired',
  { supported: integers() },
  { detail: ({ supported }) => `This version has ended. Supported: ${supported.join(', ')}.` },
)

export const OperationRetired = detailed<'operation-retired', { sunset: string; successor: string | null }>(
  'operation-retired',
  { sunset: { type: 'string', format: 'date-time' }, successor: { type: ['string', 'null'], format: 'uri-reference' } },
  { detail: ({ successor }) => `This operation has ended.${successor === null ? '' : ` Use ${successor}.`}` },
)

function acceptHeaders({ supported }: { supported: readonly string[] }): Record<string, string> {
  const accept = supported.join(', ')
  return supported.some((type) => type.endsWith('-patch+json')) ? { accept, 'accept-patch': accept } : { accept }
}

function plain<const Code extends ProblemCode>(code: Code, options: ProblemOptions<undefined> = {}): Problem<Code, undefined> {
  const { status, title, fix } = errorTable[code]
  return problem(code, status, undefined, { title, fix, detail: () => fix, ...options })
}

function detailed<const Code extends ProblemCode, Fields>(
  code: Code,
  properties: Record<string, JsonSchema>,
  options: ProblemOptions<Fields>,
): Problem<Code, Fields> {
  const { status, title, fix } = errorTable[code]
  const json = { type: 'object', properties, required: Object.keys(properties), additionalProperties: false }
  // Written by hand and not with a schema library: whoever imports a contract would import the library, too.
  const fields: Schema<Fields> = {
    '~standard': {
      version: 1,
      vendor: 'throughline',
      validate: (value) => ({ value: value as Fields }),
      jsonSchema: { input: () => json, output: () => json },
    },
  }
  return problem(code, status, fields, { title, fix, ...options })
}

function integers(): JsonSchema {
  return { type: 'array', items: { type: 'integer' } }
}

function strings(): JsonSchema {
  return { type: 'array', items: { type: 'string' } }
}
