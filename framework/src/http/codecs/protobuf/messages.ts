import type { Plan } from '../../../contract/json-writer/plan.ts'
import { pascal } from '../shape.ts'

/** A message type as a schema calls for it, before its fields have numbers. */
export interface Message {
  readonly name: string
  readonly fields: readonly Field[]
  /** At most one of the fields is set. */
  readonly oneOf: boolean
}

export interface Field {
  /** The member's name in JSON; `entries`, `items` and `value` where a message stands for what is no object. */
  readonly name: string
  readonly type: Type
  readonly repeated: boolean
}

/** `json` is a string that holds JSON text: for what Protobuf has no type. */
export type Type = { readonly kind: 'string' | 'int64' | 'double' | 'bool' | 'json' } | MessageRef

/** `alone` holds a body that is no message by itself. */
export interface MessageRef {
  readonly kind: 'object' | 'map' | 'entry' | 'list' | 'nullable' | 'union' | 'alone'
  readonly message: string
  readonly plan: Plan
}

/**
 * The messages that a schema calls for, and which of them is the body itself.
 *
 * Every field has presence, so that absent, null and empty stay three things: a nullable one is a message with an optional `value`, a list that
 * may be absent a message with `items`.
 */
export function messagesOf(plan: Plan, name: string): { top: MessageRef; messages: Map<string, Message> } {
  const messages = new Map<string, Message>()
  const names = new Map<string, Map<Plan, string>>()

  const add = (kind: MessageRef['kind'], of: Plan, wanted: string, fields: (own: string) => Field[]): MessageRef => {
    const known = names.get(kind) ?? new Map<Plan, string>()
    names.set(kind, known)
    const found = known.get(of)
    if (found !== undefined) return { kind, message: found, plan: of }
    let own = wanted
    for (let n = 2; messages.has(own); n++) own = `${wanted}${n}`
    known.set(of, own)
    const message: { -readonly [Key in keyof Message]: Message[Key] } = { name: own, fields: [], oneOf: kind === 'union' }
    messages.set(own, message)
    message.fields = fields(own)
    return { kind, message: own, plan: of }
  }

  const typeOf = (of: Plan, wanted: string): Type => {
    if (!of.nullable || of.kind === 'null' || of.kind === 'any') return presentType(of, wanted)
    return add('nullable', of, `${wanted}OrNull`, () => [{ name: 'value', type: presentType(of, wanted), repeated: false }])
  }

  const presentType = (of: Plan, wanted: string): Type => {
    switch (of.kind) {
      case 'string':
        return { kind: 'string' }
      case 'integer':
        return { kind: 'int64' }
      case 'number':
        return { kind: 'double' }
      case 'boolean':
        return { kind: 'bool' }
      case 'array':
        if (of.prefix.length > 0) return { kind: 'json' }
        return add('list', of, `${wanted}List`, (own) => [{ name: 'items', type: typeOf(of.items!, `${own}Item`), repeated: true }])
      case 'object':
        return objectType(of, wanted)
      case 'union':
        if (of.branches.some((branch) => branch.kind !== 'object')) return { kind: 'json' }
        return add('union', of, wanted, (own) =>
          of.branches.map((branch, index) => {
            const label = labelOf(branch) ?? `option${index + 1}`
            return { name: label, type: presentType(branch, `${own}${pascal(label)}`), repeated: false }
          }),
        )
      default:
        return { kind: 'json' }
    }
  }

  const objectType = (of: Extract<Plan, { kind: 'object' }>, wanted: string): Type => {
    if (of.patterns.length > 0 || (of.rest !== undefined && of.members.length > 0)) return { kind: 'json' }
    if (of.rest !== undefined) {
      return add('map', of, `${wanted}Map`, (own) => [
        {
          name: 'entries',
          repeated: true,
          type: add('entry', of, `${own}Entry`, (entry) => [
            { name: 'key', type: { kind: 'string' }, repeated: false },
            { name: 'value', type: typeOf(of.rest!, `${entry}Value`), repeated: false },
          ]),
        },
      ])
    }
    return add('object', of, wanted, (own) =>
      of.members.map((member) => {
        const type = typeOf(member.plan, `${own}${pascal(member.name)}`)
        return { name: member.name, type, repeated: false }
      }),
    )
  }

  const type = typeOf(plan, name)
  return { messages, top: 'message' in type ? type : add('alone', plan, name, () => [{ name: 'value', type, repeated: false }]) }
}

/** The constant that tells a branch of a union from the others. */
function labelOf(branch: Plan): string | undefined {
  if (branch.kind !== 'object') return undefined
  for (const { plan } of branch.members)
    if ('values' in plan && plan.values?.length === 1 && typeof plan.values[0] === 'string') return plan.values[0]
  return undefined
}
