import type { JsonSchema } from '../../../contract/compiled-schema.ts'
import { planOf } from '../../../contract/json-writer/plan.ts'
import { BootError } from '../../../std/errors.ts'
import { typeNameOf } from '../shape.ts'
import { messagesOf, type Message } from './messages.ts'

/** The number of every field, by message: a file beside the contract, made by `numberFields()` and kept under version control. */
export type FieldNumbers = Readonly<Record<string, Readonly<Record<string, number>>>>

/** The messages of one body: named by the schema's id or title, or by the place where it stands. */
export function messagesAt(schema: JsonSchema, where: string): ReturnType<typeof messagesOf> {
  return messagesOf(planOf(schema), typeNameOf(schema, where))
}

/**
 * The numbers of a body's fields: those that are known as they are, and the next free ones for what is new. A number is never given twice:
 * keep the lines of members that are gone.
 */
export function numberFields(schema: JsonSchema, where: string, known: FieldNumbers = {}): FieldNumbers {
  const numbers: Record<string, Record<string, number>> = Object.fromEntries(Object.entries(known).map(([name, own]) => [name, { ...own }]))
  for (const { name, fields } of messagesAt(schema, where).messages.values()) {
    const own = (numbers[name] ??= {})
    for (const field of fields) {
      if (Object.hasOwn(own, field.name)) continue
      const next = Math.max(0, ...Object.values(own)) + 1
      // 19000 to 19999 belong to Protobuf itself.
      own[field.name] = next >= 19000 && next < 20000 ? 20000 : next
    }
  }
  return numbers
}

/** The number of a field, or the reason not to start: a field that is numbered anew at every start would be read as another one. */
export function numberOf(numbers: FieldNumbers, message: string, field: string, where: string): number {
  const own = Object.hasOwn(numbers, message) ? numbers[message]! : {}
  const number = Object.hasOwn(own, field) ? own[field]! : undefined
  const taken = Object.keys(own).filter((other) => own[other] === number)
  if (number !== undefined && taken.length === 1) return number
  throw new BootError(
    'contract-invalid',
    number === undefined
      ? `${where}: the Protobuf field ${message}.${field} has no number.`
      : `${where}: the Protobuf fields ${taken.map((other) => `${message}.${other}`).join(' and ')} have the same number ${number}.`,
    { fix: 'Number it with numberFields() and keep the result: numbers that were given once must never change.' },
  )
}

/** The body's types as a `.proto` file for clients in other languages. */
export function toProto(schema: JsonSchema, where: string, numbers: FieldNumbers): string {
  const { messages } = messagesAt(schema, where)
  return `syntax = "proto3";\n${[...messages.values()].map((message) => blockOf(message, numbers, where)).join('')}`
}

const scalars = { string: 'string', int64: 'int64', double: 'double', bool: 'bool', json: 'string' } as const

function blockOf({ name, fields, oneOf }: Message, numbers: FieldNumbers, where: string): string {
  const gone = Object.entries(numbers[name] ?? {}).filter(([field]) => !fields.some((present) => present.name === field))
  const lines = fields.map((field) => {
    const type = 'message' in field.type ? field.type.message : scalars[field.type.kind]
    const rule = field.repeated ? 'repeated ' : oneOf ? '' : 'optional '
    const label = field.name.replaceAll(/\W/g, '_').replace(/^(?=\d|$)/, '_')
    const note = field.type.kind === 'json' ? ' // JSON text' : ''
    return `  ${oneOf ? '  ' : ''}${rule}${type} ${label} = ${numberOf(numbers, name, field.name, where)} [json_name = ${JSON.stringify(field.name)}];${note}\n`
  })
  const reserved = gone.length > 0 ? `  reserved ${gone.map(([, number]) => number).join(', ')};\n` : ''
  return `\nmessage ${name} {\n${reserved}${oneOf ? `  oneof branch {\n${lines.join('')}  }\n` : lines.join('')}}\n`
}
