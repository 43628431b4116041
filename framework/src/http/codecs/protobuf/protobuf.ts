import protobufjs from 'protobufjs'
import type { Codec } from '../../../contract/codec.ts'
import type { JsonSchema } from '../../../contract/compiled-schema.ts'
import { fits } from '../../../contract/json-writer/interpret.ts'
import { BadRequest } from '../../../contract/problems.ts'
import { parseJson } from '../../guard/json.ts'
import type { Message, MessageRef, Type } from './messages.ts'
import { messagesAt, numberOf, type FieldNumbers } from './numbers.ts'
import { declaredBy, reading } from '../shape.ts'

/**
 * Protobuf (proto3) for the same values as JSON: messages are made of the contract's schemas, their field numbers are yours to keep. It does not
 * start where a field has no number, or one that another has. `toProto()` writes the types down for clients in other languages.
 *
 * Needs the package `protobufjs`. Name `application/x-protobuf` in an endpoint's `accepts` and `produces`.
 */
export function protobuf({ numbers }: { readonly numbers: FieldNumbers }): Codec {
  return {
    mediaType: 'application/x-protobuf',
    aliases: ['application/protobuf', 'application/vnd.google.protobuf'],
    writer(schema, where) {
      const { declared } = declaredBy(schema)
      const { top, translation, type } = prepare(schema, where, numbers)
      return (value) => type.encode(translation.toRaw(top, declared(value)) as object).finish()
    },
    reader(schema, where) {
      const { top, translation, type } = prepare(schema, where, numbers)
      return reading('Protobuf', (bytes) => translation.fromRaw(top, type.decode(bytes)))
    },
  }
}

const scalars = { string: 'string', int64: 'int64', double: 'double', bool: 'bool', json: 'string' } as const

function prepare(schema: JsonSchema, where: string, numbers: FieldNumbers) {
  const { top, messages } = messagesAt(schema, where)
  const translation = new Translation(messages, (message, field) => numberOf(numbers, message, field, where))
  const root = new protobufjs.Root()
  for (const message of messages.values()) {
    const type = new protobufjs.Type(message.name)
    for (const field of message.fields) {
      const id = numberOf(numbers, message.name, field.name, where)
      const of = 'message' in field.type ? field.type.message : scalars[field.type.kind]
      type.add(
        new protobufjs.Field(`f${id}`, id, of, field.repeated ? 'repeated' : 'optional', undefined, { proto3_optional: !field.repeated }),
      )
    }
    root.add(type)
  }
  root.resolveAll()
  return { top, translation, type: root.lookupType(top.message) }
}

type Raw = Readonly<Record<string, unknown>>

/** From plain JSON values to what protobufjs writes, and back. */
class Translation {
  readonly #messages: ReadonlyMap<string, Message>
  // Keys of our own, because a member may be called `constructor`.
  readonly #keys: ReadonlyMap<string, ReadonlyMap<string, string>>

  constructor(messages: ReadonlyMap<string, Message>, find: (message: string, field: string) => number) {
    this.#messages = messages
    this.#keys = new Map(
      [...messages.values()].map(({ name, fields }) => [name, new Map(fields.map((field) => [field.name, `f${find(name, field.name)}`]))]),
    )
  }

  toRaw(type: Type, value: unknown): unknown {
    if (type.kind === 'json') return JSON.stringify(value)
    if (!('message' in type)) return value
    const { fields } = this.#messages.get(type.message)!
    const set = (name: string, inner: unknown) => ({ [this.#key(type, name)]: inner })
    const [first] = fields
    switch (type.kind) {
      case 'nullable':
        return value === null ? {} : set('value', this.toRaw(first!.type, value))
      case 'alone':
        return set('value', this.toRaw(first!.type, value))
      case 'list':
        return set(
          'items',
          (value as unknown[]).map((item) => this.toRaw(first!.type, item)),
        )
      case 'map':
        return set(
          'entries',
          Object.entries(value as object).map(([key, member]) => this.toRaw(first!.type, { key, value: member })),
        )
      case 'union': {
        const { branches } = type.plan as Extract<MessageRef['plan'], { kind: 'union' }>
        const chosen = fields[branches.findIndex((branch) => fits(branch, value))]!
        return set(chosen.name, this.toRaw(chosen.type, value))
      }
      default: {
        const present = fields.filter(({ name }) => Object.hasOwn(value as object, name))
        return Object.assign({}, ...present.map(({ name, type: of }) => set(name, this.toRaw(of, (value as Raw)[name])))) as unknown
      }
    }
  }

  fromRaw(type: Type, raw: unknown): unknown {
    if (!('message' in type)) return fromScalar(type.kind, raw)
    const { fields } = this.#messages.get(type.message)!
    const found = fields.flatMap(({ name, type: of, repeated }): [string, unknown][] => {
      const key = this.#key(type, name)
      if (!Object.hasOwn(raw as object, key)) return repeated ? [[name, []]] : []
      const inner = (raw as Raw)[key]
      return [[name, repeated ? (inner as unknown[]).map((item) => this.fromRaw(of, item)) : this.fromRaw(of, inner)]]
    })
    const value = found[0]?.[1]
    switch (type.kind) {
      case 'nullable':
        return value === undefined ? null : value
      case 'alone':
      case 'list':
      case 'union':
        return value
      case 'map':
        return toObject(value as readonly Raw[])
      default:
        return Object.fromEntries(found)
    }
  }

  #key({ message }: MessageRef, field: string): string {
    return this.#keys.get(message)!.get(field)!
  }
}

function fromScalar(kind: keyof typeof scalars, raw: unknown): unknown {
  if (kind === 'json') return parseJson(Buffer.from(raw as string))
  if (kind === 'double' && !Number.isFinite(raw)) throw BadRequest({ detail: 'The body holds a number that is not finite.' })
  if (kind !== 'int64') return raw
  // A Long where the number may not fit a double: text then, so that nothing is rounded.
  const text = String(raw)
  return Number.isSafeInteger(Number(text)) ? Number(text) : text
}

function toObject(entries: readonly Raw[]): unknown {
  const members = new Map(entries.map(({ key, value }) => [key as string, value]))
  if (members.size < entries.length) throw BadRequest({ detail: 'The body holds a member twice.' })
  return Object.fromEntries(members)
}
