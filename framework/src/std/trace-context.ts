import { randomFillSync } from 'node:crypto'
import { withoutOptionalSpace } from './optional-space.ts'

/** Where a request stands in a trace that crosses services (W3C Trace Context, level 2). */
export interface TraceContext {
  /** 32 lower-case hexadecimal digits, the same in every service of one trace. */
  readonly traceId: string
  /** 16 lower-case hexadecimal digits: the operation that called. */
  readonly parentId: string
  /** Bit 0: the caller records this trace. Bit 1: `traceId` is random. */
  readonly flags: number
  /** What tracing systems tell each other: a valid `tracestate`, or empty. */
  readonly state: string
}

const knownFlags = 0b11
const randomFlag = 0b10
const version00 = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/
// A later version may have more members, but begins like this one.
const laterVersion = /^(?!00|ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/
const zeros = /^0+$/

/** The trace that a caller continues; undefined when the header is absent, sent twice or malformed: then a new trace begins. */
export function parseTraceContext(traceparent: string | undefined, tracestate: string | undefined): TraceContext | undefined {
  const text = traceparent?.trim() ?? ''
  const match = version00.exec(text) ?? laterVersion.exec(text)
  if (match === null) return undefined
  const [, traceId = '', parentId = '', flags = ''] = match
  if (zeros.test(traceId) || zeros.test(parentId)) return undefined
  return { traceId, parentId, flags: Number.parseInt(flags, 16) & knownFlags, state: parseTraceState(tracestate) }
}

/** A trace that begins here. Nobody asked for it to be recorded. */
export function newTrace(random: (bytes: number) => string = randomHex): TraceContext {
  return { traceId: random(16), parentId: random(8), flags: randomFlag, state: '' }
}

/** A trace that begins with the operation of this UUIDv7, which is its id as well: its last seven bytes are as random as the standard asks. */
export function traceOf(uuid: string): TraceContext {
  const parentId = spanOf(uuid)
  return { traceId: `${uuid.slice(0, 8)}${uuid.slice(9, 13)}${uuid.slice(14, 18)}${parentId}`, parentId, flags: randomFlag, state: '' }
}

/** The span of the operation of this UUIDv7: its random half. */
export function spanOf(uuid: string): string {
  return uuid.slice(19, 23) + uuid.slice(24)
}

/** The same trace as seen by whom we call: a span of ours is now the parent. */
export function childTrace(trace: TraceContext, spanId: string = randomHex(8)): TraceContext {
  return { ...trace, parentId: spanId }
}

/** The id of an operation in its trace. */
export function newSpanId(): string {
  return randomHex(8)
}

export function toTraceparent({ traceId, parentId, flags }: TraceContext): string {
  return `00-${traceId}-${parentId}-${flags.toString(16).padStart(2, '0')}`
}

const longestList = 32
// Level 2 would also take several @ in a key; nobody sends that, and what every reader of level 1 refuses is better not passed on.
const key = /^(?:[a-z][a-z0-9_\-*/]{0,255}|[a-z0-9][a-z0-9_\-*/]{0,240}@[a-z][a-z0-9_\-*/]{0,13})$/
const value = /^[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/

/** The list as it may be passed on, in its order; empty when any member of it is malformed, for then nobody knows what the rest means. */
function parseTraceState(header: string | undefined): string {
  const members: string[] = []
  const keys = new Set<string>()
  for (const part of (header ?? '').split(',')) {
    const member = withoutOptionalSpace(part)
    if (member === '') continue
    const equals = member.indexOf('=')
    const name = member.slice(0, equals)
    if (equals < 1 || !key.test(name) || !value.test(member.slice(equals + 1)) || keys.has(name)) return ''
    keys.add(name)
    members.push(member)
  }
  return members.length > longestList ? '' : members.join(',')
}

// Drawn many at a time: one system call an id would cost more than all the rest.
const pool = Buffer.alloc(4096)
let drawn = pool.length

function randomHex(bytes: number): string {
  if (drawn + bytes > pool.length) {
    randomFillSync(pool)
    drawn = 0
  }
  const hex = pool.toString('hex', drawn, (drawn += bytes))
  // All zeros would mean "none".
  return zeros.test(hex) ? randomHex(bytes) : hex
}
