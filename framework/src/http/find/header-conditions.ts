import type { IncomingMessage } from 'node:http'
import { BootError } from '../../std/errors.ts'
import type { HeaderConditions } from '../stage.ts'

/** What a request must have in its headers to find a route. */
export interface Conditions {
  readonly names: readonly string[]
  /** The same for the same conditions, in whatever order they were written: `[x-tier: gold|silver]`. */
  readonly text: string
  fit(request: IncomingMessage): boolean
  /** Whether one request may fit both. */
  meets(other: Conditions): boolean
  /** The values that a header may have; undefined for any. */
  valuesOf(name: string): readonly string[] | undefined
}

const fieldName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

/** Undefined where there are none. Throws `BootError('contract-invalid')` for what no request can have. */
export function toConditions(given: HeaderConditions | undefined, where: string): Conditions | undefined {
  const entries = Object.entries(given ?? {}).map(([name, value]) => ({ name: name.toLowerCase(), values: valuesIn(value) }))
  if (entries.length === 0) return undefined
  for (const { name, values } of entries) {
    const mistake = !fieldName.test(name)
      ? `"${name}" is no header's name`
      : name === 'host'
        ? 'for hosts there is `host`'
        : values?.length === 0
          ? `${name} may have no value at all`
          : undefined
    if (mistake !== undefined) throw new BootError('contract-invalid', `${where} asks for headers that no request has: ${mistake}.`)
  }
  entries.sort((one, other) => (one.name < other.name ? -1 : 1))
  const byName = new Map(entries.map(({ name, values }) => [name, values]))
  return {
    names: entries.map(({ name }) => name),
    text: `[${entries.map(({ name, values }) => (values === undefined ? name : `${name}: ${values.toSorted().join('|')}`)).join(', ')}]`,
    fit({ headers }) {
      return entries.every(({ name, values }) => {
        const value = headers[name]
        return value !== undefined && (values === undefined || values.includes(String(value)))
      })
    },
    meets(other) {
      return entries.every(({ name, values }) => {
        const others = other.names.includes(name) ? other.valuesOf(name) : undefined
        return values === undefined || others === undefined || values.some((value) => others.includes(value))
      })
    },
    valuesOf: (name) => byName.get(name),
  }
}

function valuesIn(value: HeaderConditions[string]): readonly string[] | undefined {
  return value === true ? undefined : [value].flat()
}
