import { fits } from '../../../contract/json-writer/interpret.ts'
import type { Plan } from '../../../contract/json-writer/plan.ts'
import { BadRequest } from '../../../contract/problems.ts'
import { parseJson } from '../../guard/json.ts'
import { pascal } from '../shape.ts'

/** An Avro schema as JSON: a name, a list of branches, or an object with `type`. */
export type AvroSchema = string | readonly AvroSchema[] | { readonly type: string; readonly [attribute: string]: unknown }

/** One place of a contract in Avro: its schema, and the way there and back. Values of unions are `{ branch: value }`. */
export interface Place {
  readonly schema: AvroSchema
  to(value: unknown): unknown
  from(value: unknown): unknown
}

interface Branch {
  /** As unions name it: a type, or the name of a record. */
  readonly label: string
  readonly place: Place
  fits(value: unknown): boolean
}

/**
 * A contract's schema in Avro: objects are records, optional members unions with null, free-form objects lists of entries, and a string of JSON text
 * stands for what Avro has no type for. What may be absent or null is a record with a `value` inside of the union, so that both stay apart.
 */
export function placeOf(plan: Plan, name: string): Place {
  const records = new Map<Plan, Place>()
  const names = new Set<string>()

  const unique = (wanted: string): string => {
    let own = wanted
    for (let n = 2; names.has(own); n++) own = `${wanted}${n}`
    names.add(own)
    return own
  }

  const record = (wanted: string, key: Plan, build: (own: string) => Pick<Place, 'to' | 'from'> & { fields: () => unknown[] }): Branch => {
    const own = records.get(key)?.schema ?? unique(wanted)
    if (!records.has(key)) {
      // Known by its name before its fields are, because a tree is made of itself.
      const reference: { -readonly [Key in keyof Place]: Place[Key] } = { schema: own, to: (value) => value, from: (value) => value }
      records.set(key, reference)
      const { fields, to, from } = build(own as string)
      Object.assign(reference, { to, from })
      const whole = { schema: { type: 'record', name: own, fields: fields() } as AvroSchema, to, from }
      return { label: own as string, place: whole, fits: (value) => fits(key, value) }
    }
    return { label: own as string, place: records.get(key)!, fits: (value) => fits(key, value) }
  }

  const branchesOf = (of: Plan, wanted: string): Branch[] => {
    const scalar = (type: string, from: Place['from'] = (value) => value): Branch[] => [
      { label: type, place: { schema: type, to: (value) => value, from }, fits: () => true },
    ]
    switch (of.kind) {
      case 'string':
        return scalar('string')
      case 'integer':
        return scalar('long')
      case 'number':
        return scalar('double', finite)
      case 'boolean':
        return scalar('boolean')
      case 'array':
        return of.prefix.length > 0 ? jsonText : [listOf(of, wanted)]
      case 'object':
        if (of.patterns.length > 0 || (of.rest !== undefined && of.members.length > 0)) return jsonText
        return [of.rest === undefined ? objectOf(of, wanted) : entriesOf(of, of.rest, wanted)]
      case 'union':
        if (of.branches.some((branch) => branch.kind !== 'object')) return jsonText
        return of.branches.flatMap((branch, index) => branchesOf(branch, `${wanted}Option${index + 1}`))
      default:
        return jsonText
    }
  }

  const place = (of: Plan, wanted: string): Place => {
    const branches = branchesOf(of, wanted)
    const nullable = of.nullable && branches !== jsonText
    return !nullable && branches.length === 1 ? branches[0]!.place : unionOf(branches, nullable)
  }

  const listOf = (of: Extract<Plan, { kind: 'array' }>, wanted: string): Branch => {
    const item = place(of.items!, `${wanted}Item`)
    return {
      label: 'array',
      fits: Array.isArray,
      place: {
        schema: { type: 'array', items: item.schema },
        to: (value) => (value as unknown[]).map((one) => item.to(one)),
        from: (value) => (value as unknown[]).map((one) => item.from(one)),
      },
    }
  }

  const entriesOf = (of: Plan, rest: Plan, wanted: string): Branch => {
    const own = unique(`${wanted}Entry`)
    const value = place(rest, `${own}Value`)
    const fields = [
      { name: 'key', type: 'string' },
      { name: 'value', type: value.schema },
    ]
    return {
      label: 'array',
      fits: (given) => fits(of, given),
      place: {
        schema: { type: 'array', items: { type: 'record', name: own, fields } },
        to: (given) => Object.entries(given as object).map(([key, member]) => ({ key, value: value.to(member) })),
        from(given) {
          const entries = given as readonly { key: string; value: unknown }[]
          const members = new Map(entries.map((entry) => [entry.key, value.from(entry.value)]))
          if (members.size < entries.length) throw BadRequest({ detail: 'The body holds a member twice.' })
          return Object.fromEntries(members)
        },
      },
    }
  }

  const objectOf = (of: Extract<Plan, { kind: 'object' }>, wanted: string): Branch =>
    record(wanted, of, (own) => {
      const taken = new Set<string>()
      const members = of.members.map((member) => {
        const field = toName(member.name, taken)
        let built: Place | undefined
        const inner = () => (built ??= memberPlace(member.plan, member.required, `${own}${pascal(member.name)}`))
        return { name: member.name, field, required: member.required, inner }
      })
      return {
        fields: () =>
          members.map(({ field, required, inner }) => ({ name: field, type: inner().schema, ...(!required && { default: null }) })),
        to: (value) =>
          Object.fromEntries(members.map(({ name: from, field, inner }) => [field, inner().to((value as Record<string, unknown>)[from])])),
        from(value) {
          const found = members.map(({ name: to, field, inner, required }) => {
            const given = (value as Record<string, unknown>)[field]
            return [to, given === null && !required ? undefined : inner().from(given)] as const
          })
          return Object.fromEntries(found.filter(([, member]) => member !== undefined))
        },
      }
    })

  const memberPlace = (of: Plan, required: boolean, wanted: string): Place => {
    if (required) return place(of, wanted)
    const branches = branchesOf(of, wanted)
    if (!of.nullable || branches === jsonText) return unionOf(branches, true)
    const own = unique(`${wanted}OrNull`)
    const inner = unionOf(branches, true)
    const fields = [{ name: 'value', type: inner.schema }]
    return unionOf(
      [
        {
          label: own,
          fits: () => true,
          place: {
            schema: { type: 'record', name: own, fields },
            to: (value) => ({ value: inner.to(value) }),
            from: (value) => inner.from((value as { value: unknown }).value),
          },
        },
      ],
      true,
      false,
    )
  }
  return place(plan, name)
}

/** `nullIsNull` false: a null of ours belongs to a branch, and the union's own null says that there is nothing. */
function unionOf(branches: readonly Branch[], nullable: boolean, nullIsNull = true): Place {
  return {
    schema: [...(nullable ? ['null'] : []), ...branches.map(({ place }) => place.schema)],
    to(value) {
      if (value === undefined || (value === null && nullIsNull)) return null
      const { label, place } = branches.length === 1 ? branches[0]! : branches.find((branch) => branch.fits(value))!
      return { [label]: place.to(value) }
    },
    from(value) {
      if (value === null) return null
      const [label] = Object.keys(value as object)
      return branches.find((branch) => branch.label === label)!.place.from((value as Record<string, unknown>)[label!])
    },
  }
}

const jsonText: Branch[] = [
  {
    label: 'string',
    fits: () => true,
    place: {
      schema: 'string',
      to: (value) => (value === undefined ? undefined : JSON.stringify(value)),
      from: (value) => parseJson(Buffer.from(value as string)),
    },
  },
]

function finite(value: unknown): unknown {
  if (Number.isFinite(value)) return value
  throw BadRequest({ detail: 'The body holds a number that is not finite.' })
}

/** Avro's names are letters, digits and underscores. */
function toName(member: string, taken: Set<string>): string {
  const plain = member.replaceAll(/\W/g, '_').replace(/^(?=\d|$)/, '_')
  let own = plain
  for (let n = 2; taken.has(own); n++) own = `${plain}_${n}`
  taken.add(own)
  return own
}
