import avsc from 'avsc'
import type { Codec } from '../../../contract/codec.ts'
import type { JsonSchema } from '../../../contract/compiled-schema.ts'
import { planOf } from '../../../contract/json-writer/plan.ts'
import { BadRequest } from '../../../contract/problems.ts'
import { BootError } from '../../../std/errors.ts'
import { checkAvro } from './check.ts'
import { placeOf, type AvroSchema } from './schema.ts'
import { declaredBy, reading, typeNameOf } from '../shape.ts'

export type { AvroSchema } from './schema.ts'

export interface AvroOptions {
  /** Schemas that writers out there may still use, as `toAvroSchema()` once gave them: bodies are resolved to today's contract. */
  readonly writers?: readonly AvroSchema[]
}

const marker = [0xc3, 0x01] as const
const headerLength = 10

/**
 * Avro for the same values as JSON, in the single-object encoding: the fingerprint in front of a body says which schema wrote it. It does not
 * start where the schema of a known writer cannot be resolved to the contract's.
 *
 * Needs the package `avsc`. Name `application/avro` in an endpoint's `accepts` and `produces`.
 */
export function avro({ writers = [] }: AvroOptions = {}): Codec {
  return {
    mediaType: 'application/avro',
    aliases: ['avro/binary', 'application/vnd.apache.avro'],
    writer(schema, where) {
      const { declared } = declaredBy(schema)
      const place = placeAt(schema, where)
      const type = typeOf(place.schema)
      const header = headerOf(type)
      return (value) => Buffer.concat([header, type.toBuffer(place.to(declared(value)))])
    },
    reader(schema, where) {
      const place = placeAt(schema, where)
      const type = typeOf(place.schema)
      const readers = new Map([
        [headerOf(type).toString('hex'), { schema: place.schema, decode: (bytes: Buffer) => type.fromBuffer(bytes) as unknown }],
      ])
      for (const writer of writers) {
        const written = typeOf(writer)
        // What was written for another place has another name, and nothing to do with this one.
        if (written.name !== type.name || written.name === undefined) continue
        const resolver = resolverOf(type, written, where)
        readers.set(headerOf(written).toString('hex'), { schema: writer, decode: (bytes) => type.fromBuffer(bytes, resolver) as unknown })
      }
      return reading('Avro', (given) => {
        const bytes = Buffer.from(given.buffer, given.byteOffset, given.byteLength)
        const reader = readers.get(bytes.toString('hex', 0, headerLength))
        if (reader === undefined) throw BadRequest({ detail: 'The body was not written by a schema that is known here.' })
        const payload = bytes.subarray(headerLength)
        checkAvro(reader.schema, payload)
        return place.from(reader.decode(payload))
      })
    },
  }
}

/** The Avro schema of a body, for writers in other languages, and to be kept in `writers` when the contract changes. */
export function toAvroSchema(schema: JsonSchema, where: string): AvroSchema {
  return placeAt(schema, where).schema
}

function placeAt(schema: JsonSchema, where: string) {
  return placeOf(planOf(schema), typeNameOf(schema, where))
}

// avsc's own rounds from 2^52 on. What a double cannot hold is read as text, so that validation refuses it.
const long = avsc.types.LongType.__with({
  fromBuffer(bytes: Buffer) {
    const value = bytes.readBigInt64LE()
    return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  },
  toBuffer(value: number) {
    const bytes = Buffer.alloc(8)
    bytes.writeBigInt64LE(BigInt(value))
    return bytes
  },
  fromJSON: Number,
  toJSON: Number,
  isValid: Number.isSafeInteger,
  compare: (left: number, right: number) => left - right,
})

// Wrapped, because two records in one union could not be told apart by their looks.
function typeOf(schema: AvroSchema): avsc.Type {
  return avsc.Type.forSchema(schema as avsc.Schema, { wrapUnions: true, registry: { long } })
}

function resolverOf(reader: avsc.Type, writer: avsc.Type, where: string) {
  try {
    return reader.createResolver(writer)
  } catch (cause) {
    throw new BootError(
      'contract-invalid',
      `${where}: what an older Avro schema wrote cannot be read any more: ${(cause as Error).message}.`,
      {
        fix: 'Make new members optional, keep the types of the others, or take the old schema out of `writers`.',
        cause,
      },
    )
  }
}

function headerOf(type: avsc.Type): Buffer {
  const header = Buffer.alloc(headerLength)
  header.set(marker)
  header.writeBigUInt64LE(fingerprint(JSON.stringify(type.schema())), marker.length)
  return header
}

const empty = 0xc15d213aa4d7a795n
const table = Array.from({ length: 256 }, (_, byte) => {
  let value = BigInt(byte)
  for (let bit = 0; bit < 8; bit++) value = (value >> 1n) ^ (empty & -(value & 1n))
  return value
})

/** CRC-64-AVRO of a schema in Parsing Canonical Form (Avro 1.11, "Schema Fingerprints"). */
export function fingerprint(canonical: string): bigint {
  let value = empty
  for (const byte of Buffer.from(canonical)) value = (value >> 8n) ^ table[Number((value ^ BigInt(byte)) & 0xffn)]!
  return value
}
