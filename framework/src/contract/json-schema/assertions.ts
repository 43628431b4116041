import type { JsonSchema } from '../compiled-schema.ts'
import { hasDuplicates, isEqual } from './equal.ts'
import { formats } from './formats.ts'
import { breach, isObject, type Check } from './run.ts'

/** Makes the check of one keyword; undefined where the keyword says nothing. */
export type KeywordCompiler = (value: any, schema: JsonSchema) => Check | undefined

/** The validation vocabulary: each keyword on its own, each for one type of value, none looking into other schemas. */
export const assertions: Readonly<Record<string, KeywordCompiler>> = {
  type(given: string | readonly string[]) {
    const types = [given].flat()
    const tests = types.map((type) => isOfType[type] ?? (() => false))
    const [only] = tests
    const fits = tests.length === 1 ? only! : (value: unknown) => tests.some((test) => test(value))
    return (value, run) => fits(value) || breach(run, 'invalid-type', { expected: given })
  },
  enum: (allowed: readonly unknown[]) => {
    const scalars = new Set(allowed.filter((value) => typeof value !== 'object' || value === null))
    const structures = allowed.filter((value) => typeof value === 'object' && value !== null)
    return (value, run) => scalars.has(value) || structures.some((other) => isEqual(value, other)) || breach(run, 'not-one-of', { allowed })
  },
  const: (only: unknown) => (value, run) => isEqual(value, only) || breach(run, 'not-one-of', { allowed: [only] }),

  minimum: (minimum: number) => (value, run) => typeof value !== 'number' || value >= minimum || breach(run, 'too-small', { minimum }),
  exclusiveMinimum: (exclusiveMinimum: number) => (value, run) =>
    typeof value !== 'number' || value > exclusiveMinimum || breach(run, 'too-small', { exclusiveMinimum }),
  maximum: (maximum: number) => (value, run) => typeof value !== 'number' || value <= maximum || breach(run, 'too-big', { maximum }),
  exclusiveMaximum: (exclusiveMaximum: number) => (value, run) =>
    typeof value !== 'number' || value < exclusiveMaximum || breach(run, 'too-big', { exclusiveMaximum }),
  multipleOf: (multipleOf: number) => (value, run) =>
    typeof value !== 'number' || isMultiple(value, multipleOf) || breach(run, 'not-multiple-of', { multipleOf }),

  minLength: (minLength: number) => (value, run) =>
    typeof value !== 'string' || length(value) >= minLength || breach(run, 'too-short', { minLength }),
  maxLength: (maxLength: number) => (value, run) =>
    typeof value !== 'string' || value.length <= maxLength || length(value) <= maxLength || breach(run, 'too-long', { maxLength }),
  pattern(pattern: string) {
    const test = new RegExp(pattern, 'u')
    return (value, run) => typeof value !== 'string' || test.test(value) || breach(run, 'invalid-format', { pattern })
  },

  minItems: (minItems: number) => (value, run) =>
    !Array.isArray(value) || value.length >= minItems || breach(run, 'too-short', { minItems }),
  maxItems: (maxItems: number) => (value, run) =>
    !Array.isArray(value) || value.length <= maxItems || breach(run, 'too-long', { maxItems }),
  uniqueItems: (unique: boolean) =>
    unique ? (value, run) => !Array.isArray(value) || !hasDuplicates(value) || breach(run, 'duplicate') : undefined,

  minProperties: (minProperties: number) => (value, run) =>
    !isObject(value) || Object.keys(value).length >= minProperties || breach(run, 'too-short', { minProperties }),
  maxProperties: (maxProperties: number) => (value, run) =>
    !isObject(value) || Object.keys(value).length <= maxProperties || breach(run, 'too-long', { maxProperties }),
  required: (names: readonly string[]) => (value, run) =>
    !isObject(value) || hasAll(value, names, (name) => breach(run, 'required', undefined, name)),
  dependentRequired: (dependencies: Readonly<Record<string, readonly string[]>>) => (value, run) => {
    if (!isObject(value)) return true
    let valid = true
    for (const [name, names] of Object.entries(dependencies)) {
      if (Object.hasOwn(value, name) && !hasAll(value, names, (missing) => breach(run, 'required', undefined, missing))) valid = false
    }
    return valid
  },
}

/** `format`, where it is asserted. An unknown one says nothing. */
export const assertedFormat: KeywordCompiler = (format: string) => {
  const test = Object.hasOwn(formats, format) ? formats[format] : undefined
  return test && ((value, run) => typeof value !== 'string' || test(value) || breach(run, 'invalid-format', { format }))
}

const isOfType: Readonly<Record<string, (value: unknown) => boolean>> = {
  null: (value) => value === null,
  boolean: (value) => typeof value === 'boolean',
  number: (value) => typeof value === 'number',
  integer: (value) => Number.isInteger(value),
  string: (value) => typeof value === 'string',
  array: (value) => Array.isArray(value),
  object: isObject,
}

function hasAll(value: Record<string, unknown>, names: readonly string[], report: (name: string) => void): boolean {
  let valid = true
  for (const name of names) {
    if (Object.hasOwn(value, name)) continue
    report(name)
    valid = false
  }
  return valid
}

/** 15 digits are what a double is good for: 0.0075 is a multiple of 0.0001 although their quotient is a little more than 75. */
function isMultiple(value: number, of: number): boolean {
  const quotient = value / of
  return Number.isFinite(quotient) && Number.isInteger(Number(quotient.toPrecision(15)))
}

/** In code points: an emoji is one character. */
export function length(text: string): number {
  let count = text.length
  for (let i = 0; i < text.length - 1; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 0xd800 || unit > 0xdbff) continue
    const next = text.charCodeAt(i + 1)
    if (next < 0xdc00 || next > 0xdfff) continue
    count--
    i++
  }
  return count
}
