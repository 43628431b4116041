import { createRequire } from 'node:module'
import type * as Msgpackr from 'msgpackr'
import type { Codec } from '../../../contract/codec.ts'
import type { Plan } from '../../../contract/json-writer/plan.ts'
import { BadRequest } from '../../../contract/problems.ts'
import { checkMsgpack } from './check.ts'
import { branchOf, declaredBy, memberPlan, reading } from '../shape.ts'

const require = createRequire(import.meta.url)
let both: { packr: Msgpackr.Packr; unpackr: Msgpackr.Unpackr } | undefined

/** Plain MessagePack, which every other library reads: none of msgpackr's records and shared structures. Loaded for the first value, not at boot. */
function library(): NonNullable<typeof both> {
  if (both !== undefined) return both
  const { Packr, Unpackr } = require('msgpackr') as typeof Msgpackr
  both = {
    packr: new Packr({ useRecords: false, variableMapSize: true }),
    unpackr: new Unpackr({ useRecords: false, mapsAsObjects: false, int64AsType: 'bigint' }),
  }
  return both
}

/**
 * MessagePack for the same values as JSON, a third smaller. Members of format `date-time` travel as timestamps where that loses nothing,
 * members with `contentEncoding: 'base64'` as bytes.
 *
 * Needs the package `msgpackr`. Name `application/msgpack` in an endpoint's `accepts` and `produces`.
 */
export function msgpack(): Codec {
  // A package that is not there is found out at boot.
  require.resolve('msgpackr')
  return {
    mediaType: 'application/msgpack',
    aliases: ['application/x-msgpack', 'application/vnd.msgpack'],
    writer(schema) {
      const { plan, declared } = declaredBy(schema)
      return (value) => library().packr.pack(toPacked(plan, declared(value)))
    },
    reader: () =>
      reading('MessagePack', (bytes) => {
        checkMsgpack(bytes)
        return fromPacked(library().unpackr.unpack(bytes))
      }),
  }
}

function toPacked(plan: Plan, value: unknown): unknown {
  const own = branchOf(plan, value)
  if (typeof value === 'string') return own?.kind === 'string' ? toNative(own.format, value) : value
  if (typeof value !== 'object' || value === null || own === undefined) return value
  if (Array.isArray(value)) {
    return own.kind === 'array' ? value.map((item, index) => toPacked(own.prefix[index] ?? own.items!, item)) : (value as unknown)
  }
  if (own.kind !== 'object') return value
  // A Map, because an object would lose a member named `__proto__`.
  return new Map(Object.entries(value).map(([name, member]) => [name, toPacked(memberPlan(own, name) ?? own, member)]))
}

function toNative(format: string | undefined, text: string): unknown {
  if (format === 'date-time') {
    const date = new Date(text)
    return !Number.isNaN(date.getTime()) && date.toISOString() === text ? date : text
  }
  if (format === 'base64') {
    const bytes = Buffer.from(text, 'base64')
    return bytes.toString('base64') === text ? bytes : text
  }
  return text
}

function fromPacked(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  if (typeof value === 'number' && !Number.isFinite(value)) throw BadRequest({ detail: 'The body holds a number that is not finite.' })
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (Array.isArray(value)) return value.map(fromPacked)
  // Maps and not objects were read, where a member named `__proto__` is one like any other; fromEntries keeps it so.
  return Object.fromEntries([...(value as Map<string, unknown>)].map(([name, member]) => [name, fromPacked(member)]))
}
