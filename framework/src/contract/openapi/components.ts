import type { JsonSchema } from '../compiled-schema.ts'

/** The shared parts of a document: every schema once, under the name its author gave it. */
export class Components {
  readonly #schemas = new Map<string, { source: string; schema: unknown }>()

  /** Registers what a slot holds and gives what to write in its place. `name` is used when the author gave none. */
  add(json: JsonSchema, name: string, side: 'Input' | 'Output'): JsonSchema {
    const { $schema: _, $defs = {}, ...top } = json
    const definitions = $defs as Readonly<Record<string, JsonSchema>>
    const names = new Map(Object.keys(definitions).map((own) => [`#/$defs/${own}`, this.#nameFor(own, sourceOf(own, definitions), side)]))
    // A schema that is recursive at its top points at itself.
    const selfName = this.#nameFor(name, JSON.stringify(json), side)
    names.set('#', selfName)
    for (const [own, definition] of Object.entries(definitions)) {
      this.#schemas.get(names.get(`#/$defs/${own}`)!)!.schema = rewrite(definition, names)
    }
    const schema = rewrite(top, names)
    if (Object.keys(top).length === 1 && '$ref' in top) {
      this.#schemas.delete(selfName)
      return schema as JsonSchema
    }
    this.#schemas.get(selfName)!.schema = schema
    return { $ref: refTo(selfName) }
  }

  /** A schema that refers to components alone. */
  set(wanted: string, schema: JsonSchema): JsonSchema {
    const name = this.#nameFor(wanted, JSON.stringify(schema), '')
    this.#schemas.get(name)!.schema = schema
    return { $ref: refTo(name) }
  }

  toJSON(): Record<string, unknown> {
    return Object.fromEntries(
      [...this.#schemas].map(([name, { schema }]) => [name, schema] as const).sort(([left], [right]) => (left < right ? -1 : 1)),
    )
  }

  // What is accepted and what is answered may differ under one name (a default is optional on the way in): both are kept.
  #nameFor(wanted: string, source: string, side: string): string {
    const clean = wanted.replaceAll(/[^\w.-]/g, '_')
    for (let attempt = 0; ; attempt++) {
      const name = attempt === 0 ? clean : clean + (side === '' ? String(attempt + 1) : attempt === 1 ? side : `${side}${attempt}`)
      const taken = this.#schemas.get(name)
      if (!taken) this.#schemas.set(name, { source, schema: undefined })
      if (!taken || taken.source === source) return name
    }
  }
}

function refTo(name: string): string {
  return `#/components/schemas/${name}`
}

// Two definitions are the same only when everything they lead to is the same.
function sourceOf(name: string, definitions: Readonly<Record<string, JsonSchema>>): string {
  const reached = new Set<string>()
  const follow = (own: string) => {
    if (reached.has(own) || !definitions[own]) return
    reached.add(own)
    for (const [, next] of JSON.stringify(definitions[own]).matchAll(/"\$ref":"#\/\$defs\/([^"]+)"/g)) follow(next!)
  }
  follow(name)
  return JSON.stringify([...reached].sort().map((own) => definitions[own]))
}

function rewrite(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => rewrite(item, names))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      key === '$ref' && names.has(member as string) ? refTo(names.get(member as string)!) : rewrite(member, names),
    ]),
  )
}

/**
 * A schema as readers should see it: replies without `additionalProperties: false`, because a client that takes it at its word breaks when
 * a later version adds a member; and without the bounds that only say "an integer that JavaScript can hold".
 */
export function readable(value: unknown, side: 'Input' | 'Output'): unknown {
  if (Array.isArray(value)) return value.map((item) => readable(item, side))
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(
    ([key, member]) =>
      !(side === 'Output' && key === 'additionalProperties' && member === false) &&
      !((key === 'minimum' || key === 'maximum') && Math.abs(member as number) === Number.MAX_SAFE_INTEGER),
  )
  return Object.fromEntries(kept.map(([key, member]) => [key, readable(member, side)]))
}
