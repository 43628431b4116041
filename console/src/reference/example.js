// @ts-check
import { flatten } from './schema.js'

/** @typedef {import('./schema.js').Schema} Schema */
/** @typedef {import('./schema.js').Resolve} Resolve */

/** @type {Record<string, string>} */
const byFormat = {
  uuid: '01890a5d-ac96-774b-bcce-b302099a8057',
  email: 'alice@example.com',
  'date-time': '2026-01-31T12:00:00Z',
  date: '2026-01-31',
  time: '12:00:00Z',
  uri: 'https://example.com/',
  password: '',
}

/**
 * A value that fits: the contract's own example where it has one, else the plainest that satisfies the rules.
 *
 * @param {Schema} source
 * @param {Resolve} resolve
 * @param {number} [depth]
 * @returns {unknown}
 */
export function exampleOf(source, resolve, depth = 0) {
  const { schema } = resolve(source)
  const given = schema.examples?.[0] ?? schema.example ?? schema.default ?? schema.const ?? schema.enum?.[0]
  if (given !== undefined) return given
  if (depth > 6) return null
  const variants = schema.oneOf ?? schema.anyOf
  if (variants) return exampleOf(variants.find((/** @type {Schema} */ one) => one.type !== 'null') ?? variants[0], resolve, depth + 1)
  const object = flatten(schema, resolve)
  if (object.properties) return exampleObject(object, resolve, depth)
  const type = Array.isArray(schema.type) ? schema.type.find((/** @type {string} */ one) => one !== 'null') : schema.type
  if (type === 'array')
    return schema.items
      ? Array.from({ length: Math.min(Math.max(schema.minItems ?? 1, 1), 3) }, () => exampleOf(schema.items, resolve, depth + 1))
      : []
  if (type === 'string') return byFormat[schema.format] ?? 'string'.slice(0, schema.maxLength).padEnd(schema.minLength ?? 0, 'x')
  if (type === 'integer' || type === 'number') return exampleNumber(schema)
  if (type === 'boolean') return true
  return type === 'object' ? {} : null
}

/**
 * @param {Schema} object
 * @param {Resolve} resolve
 * @param {number} depth
 */
function exampleObject(object, resolve, depth) {
  const required = new Set(object.required ?? [])
  const entries = Object.entries(object.properties).filter(([name, member]) => {
    const { schema } = resolve(/** @type {Schema} */ (member))
    return required.has(name) || schema.examples || schema.example !== undefined || schema.const !== undefined
  })
  return Object.fromEntries(entries.map(([name, member]) => [name, exampleOf(/** @type {Schema} */ (member), resolve, depth + 1)]))
}

/** @param {Schema} schema */
function exampleNumber(schema) {
  const step = schema.multipleOf ?? 1
  const low = schema.minimum ?? (schema.exclusiveMinimum !== undefined ? schema.exclusiveMinimum + step : 1)
  return Math.min(Math.max(1, low), schema.maximum ?? Infinity)
}
