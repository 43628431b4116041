// @ts-check
import { h, inline } from './dom.js'

/**
 * @typedef {Record<string, any>} Schema JSON Schema 2020-12 as OpenAPI 3.1 has it
 * @typedef {(schema: Schema) => { schema: Schema, name: string | undefined }} Resolve follows `$ref`
 */

/** What schema libraries write for "any integer": no rule that a reader needs. */
const unboundedIntegers = new Set([Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER])

/**
 * A schema as nested rows: name, type, rules, words, example.
 *
 * @param {Schema} source
 * @param {Resolve} resolve
 * @param {string[]} [above] names already open, so that a tree that holds itself ends
 * @returns {HTMLElement}
 */
export function schemaView(source, resolve, above = []) {
  const { schema, name } = resolve(source)
  const inside = name ? [...above, name] : above
  const variants = schema.oneOf ?? schema.anyOf
  if (variants && !isNullable(schema)) {
    return h(
      'div',
      { class: 'variants' },
      h('p', { class: 'faint' }, schema.oneOf ? 'One of' : 'Any of'),
      variants.map((/** @type {Schema} */ one) =>
        h('div', { class: 'variant' }, variantTitle(one, resolve), schemaView(one, resolve, inside)),
      ),
    )
  }
  const object = flatten(schema, resolve)
  if (object.properties || object.additionalProperties) return h('div', { class: 'schema' }, members(object, resolve, inside))
  if (schema.items && !above.includes(name ?? ''))
    return h('div', { class: 'schema' }, typeLine(source, resolve), nested(schema.items, resolve, inside))
  return h('div', { class: 'schema' }, typeLine(source, resolve), rules(schema))
}

/**
 * @param {Schema} object
 * @param {Resolve} resolve
 * @param {string[]} inside
 */
function members(object, resolve, inside) {
  const required = new Set(object.required ?? [])
  const rows = Object.entries(object.properties ?? {}).map(([name, schema]) =>
    memberRow({ name, schema, required: required.has(name) }, resolve, inside),
  )
  if (object.additionalProperties && object.additionalProperties !== true)
    rows.push(memberRow({ name: '*', schema: object.additionalProperties, required: false }, resolve, inside))
  return h('ul', { class: 'rows' }, rows)
}

/**
 * @param {{ name: string, schema: Schema, required: boolean, description?: string | undefined }} member
 * @param {Resolve} resolve
 * @param {string[]} [inside]
 */
export function memberRow({ name, schema: source, required, description }, resolve, inside = []) {
  const { schema } = resolve(source)
  const words = description ?? source.description ?? schema.description
  return h(
    'li',
    { class: 'row' },
    h(
      'p',
      { class: 'row-head' },
      h('code', { class: 'name' }, name),
      h('span', { class: 'type' }, typeLabel(source, resolve)),
      required ? h('span', { class: 'required' }, 'required') : null,
      schema.deprecated ? h('span', { class: 'deprecated' }, 'deprecated') : null,
    ),
    words ? h('p', { class: 'words' }, inline(words)) : null,
    rules(schema),
    nested(source, resolve, inside),
  )
}

/**
 * What is inside a member, when it has members itself.
 *
 * @param {Schema} source
 * @param {Resolve} resolve
 * @param {string[]} inside
 * @returns {HTMLElement | null}
 */
function nested(source, resolve, inside) {
  const { schema, name } = resolve(unwrap(source, resolve))
  if (name && inside.includes(name)) return null
  if (schema.items) return nested(schema.items, resolve, name ? [...inside, name] : inside)
  const composite =
    schema.properties ||
    schema.allOf ||
    schema.oneOf ||
    schema.anyOf ||
    (schema.additionalProperties && schema.additionalProperties !== true)
  if (!composite) return null
  const count = Object.keys(flatten(schema, resolve).properties ?? {}).length
  return h(
    'details',
    { open: inside.length < 2 },
    h('summary', {}, count > 0 ? `${count} ${count === 1 ? 'member' : 'members'}` : 'members'),
    schemaView(source === schema ? schema : unwrap(source, resolve), resolve, inside),
  )
}

/**
 * @param {Schema} schema
 * @returns {HTMLElement | null}
 */
function rules(schema) {
  const said = describeRules(schema)
  const values = /** @type {unknown[] | undefined} */ (schema.enum)
  const example = schema.examples?.[0] ?? schema.example
  if (said.length === 0 && !values && (example === undefined || typeof example === 'object')) return null
  return h(
    'p',
    { class: 'rules' },
    said.map((rule) => h('span', { class: 'rule' }, inline(rule))),
    values?.map((value) => h('code', { class: 'value' }, JSON.stringify(value))),
    example !== undefined && typeof example !== 'object' && !values
      ? h('span', { class: 'rule' }, 'e.g. ', h('code', {}, typeof example === 'string' ? example : JSON.stringify(example)))
      : null,
  )
}

/**
 * @param {Schema} schema
 * @returns {string[]}
 */
export function describeRules(schema) {
  const said = []
  const bound = (/** @type {unknown} */ value) => (typeof value === 'number' && !unboundedIntegers.has(value) ? value : undefined)
  const low = bound(schema.minimum)
  const high = bound(schema.maximum)
  if (low !== undefined && high !== undefined) said.push(`${low} to ${high}`)
  else if (low !== undefined) said.push(`at least ${low}`)
  else if (high !== undefined) said.push(`at most ${high}`)
  if (bound(schema.exclusiveMinimum) !== undefined) said.push(`above ${schema.exclusiveMinimum}`)
  if (bound(schema.exclusiveMaximum) !== undefined) said.push(`below ${schema.exclusiveMaximum}`)
  if (schema.multipleOf !== undefined) said.push(`a multiple of ${schema.multipleOf}`)
  said.push(...range(schema.minLength, schema.maxLength, 'character'), ...range(schema.minItems, schema.maxItems, 'item'))
  if (schema.uniqueItems) said.push('no duplicates')
  // A format says more than the 300 characters of pattern that come with it.
  if (schema.pattern && !schema.format) said.push(`matches \`${schema.pattern}\``)
  if (schema.default !== undefined) said.push(`default \`${JSON.stringify(schema.default)}\``)
  return said
}

/**
 * @param {number | undefined} low
 * @param {number | undefined} high
 * @param {string} unit
 */
function range(low, high, unit) {
  const units = (/** @type {number} */ count) => (count === 1 ? unit : `${unit}s`)
  if (low && high !== undefined) return [low === high ? `${low} ${units(low)}` : `${low} to ${high} ${units(high)}`]
  if (low) return [`at least ${low} ${units(low)}`]
  if (high !== undefined) return [`at most ${high} ${units(high)}`]
  return []
}

/**
 * `string · uuid`, `Order[]`, `integer | null`.
 *
 * @param {Schema} source
 * @param {Resolve} resolve
 * @returns {string}
 */
export function typeLabel(source, resolve) {
  const { schema, name } = resolve(source)
  const variants = schema.oneOf ?? schema.anyOf
  if (variants) return name ?? [...new Set(variants.map((/** @type {Schema} */ one) => typeLabel(one, resolve)))].join(' | ')
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.type === 'array' && schema.items) {
    const item = typeLabel(schema.items, resolve)
    return item.includes(' ') ? `(${item})[]` : `${item}[]`
  }
  const type = Array.isArray(schema.type) ? schema.type.join(' | ') : schema.type
  if (name && (schema.properties || schema.allOf)) return name
  return [type ?? (schema.properties ? 'object' : 'any'), schema.format].filter(Boolean).join(' · ')
}

/**
 * @param {Schema} source
 * @param {Resolve} resolve
 */
function typeLine(source, resolve) {
  return h('p', { class: 'row-head' }, h('span', { class: 'type' }, typeLabel(source, resolve)))
}

/**
 * @param {Schema} one
 * @param {Resolve} resolve
 */
function variantTitle(one, resolve) {
  const { schema, name } = resolve(one)
  const title = name ?? schema.title
  return title ? h('p', { class: 'row-head' }, h('code', { class: 'name' }, title)) : null
}

/** @param {Schema} schema */
function isNullable(schema) {
  const variants = schema.oneOf ?? schema.anyOf ?? []
  return variants.length === 2 && variants.some((/** @type {Schema} */ one) => one.type === 'null')
}

/**
 * The schema of a value that may also be null.
 *
 * @param {Schema} source
 * @param {Resolve} resolve
 * @returns {Schema}
 */
function unwrap(source, resolve) {
  const { schema } = resolve(source)
  if (!isNullable(schema)) return source
  return (schema.oneOf ?? schema.anyOf).find((/** @type {Schema} */ one) => one.type !== 'null')
}

/**
 * One object out of a schema and everything that its `allOf` adds.
 *
 * @param {Schema} source
 * @param {Resolve} resolve
 * @param {number} [depth]
 * @returns {Schema}
 */
export function flatten(source, resolve, depth = 0) {
  const { schema } = resolve(unwrap(source, resolve))
  if (!Array.isArray(schema.allOf) || depth > 8) return schema
  const parts = [...schema.allOf.map((/** @type {Schema} */ part) => flatten(part, resolve, depth + 1)), schema]
  return {
    ...schema,
    properties: Object.assign({}, ...parts.map((part) => part.properties)),
    required: parts.flatMap((part) => part.required ?? []),
  }
}
