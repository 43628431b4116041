import { BadRequest } from '../../../contract/problems.ts'
import type { AvroSchema } from './schema.ts'
import { deepest } from '../shape.ts'

type Named = Exclude<AvroSchema, string | readonly AvroSchema[]>

/**
 * Walks through Avro by its writer's schema without building anything: a library that believes in a block of four billion items reads on long
 * after the bytes have ended, and one that follows a tree runs out of stack. Items that take no bytes at all are counted against the body's size.
 */
export function checkAvro(schema: AvroSchema, bytes: Uint8Array): void {
  const names = namesIn(schema)
  let at = 0
  let items = 0

  const refuse = (detail: string): never => {
    throw BadRequest({ detail: `The body is not Avro that can be read: ${detail}.` })
  }
  const skip = (length: number): void => {
    if (length < 0 || length > bytes.length - at) refuse('it breaks off')
    at += length
  }
  const long = (): number => {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      skip(1)
      const byte = bytes[at - 1]!
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return Number((value >> 1n) ^ -(value & 1n))
    }
    return refuse('a number is too long')
  }
  const blocks = (each: () => void): void => {
    for (;;) {
      let count = long()
      if (count === 0) return
      if (count < 0) {
        count = -count
        long()
      }
      items += count
      if (items > bytes.length) refuse('it has more items than bytes')
      for (let i = 0; i < count; i++) each()
    }
  }
  const walk = (of: AvroSchema, depth: number): void => {
    if (depth > deepest) refuse(`it is nested deeper than ${deepest}`)
    if (Array.isArray(of)) {
      const branch = (of as readonly AvroSchema[])[long()]
      return branch === undefined ? refuse('a union has no such branch') : walk(branch, depth)
    }
    const type = typeof of === 'string' ? of : (of as Named).type
    const {
      fields = [],
      items: item,
      values,
      size,
    } = of as { fields?: { type: AvroSchema }[]; items?: AvroSchema; values?: AvroSchema; size?: number }
    switch (type) {
      case 'null':
        return
      case 'boolean':
        return skip(1)
      case 'int':
      case 'long':
      case 'enum':
        return void long()
      case 'float':
      case 'double':
        return skip(type === 'float' ? 4 : 8)
      case 'string':
      case 'bytes':
        return skip(long())
      case 'fixed':
        return skip(size!)
      case 'record':
        return fields.forEach((field) => walk(field.type, depth + 1))
      case 'array':
        return blocks(() => walk(item!, depth + 1))
      case 'map':
        return blocks(() => (skip(long()), walk(values!, depth + 1)))
      default: {
        const named = names.get(type)
        return named === undefined ? refuse('its schema is incomplete') : walk(named, depth)
      }
    }
  }
  walk(schema, 0)
  if (at < bytes.length) refuse('something follows the value')
}

function namesIn(schema: AvroSchema, found = new Map<string, Named>()): Map<string, Named> {
  if (typeof schema === 'string') return found
  if (Array.isArray(schema)) {
    for (const branch of schema as readonly AvroSchema[]) namesIn(branch, found)
    return found
  }
  const named = schema as Named
  if (typeof named['name'] === 'string') found.set(named['name'], named)
  const parts = [named['items'], named['values'], ...((named['fields'] ?? []) as { type: AvroSchema }[]).map(({ type }) => type)]
  for (const part of parts) if (part !== undefined) namesIn(part as AvroSchema, found)
  return found
}
