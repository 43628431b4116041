import { generate } from '../../std/generate.ts'
import type { JsonSchema } from '../compiled-schema.ts'
import { length } from './assertions.ts'
import type { Compile } from './applicators.ts'
import type { Node } from './resources.ts'
import type { Check, Run } from './run.ts'

/**
 * The verdict alone, as one flat generated function: what nearly every value gets. The everyday keywords are written out;
 * a schema with any other is called as the closure that it is. Undefined where code may not be generated.
 */
export function flatCheck(schema: Node, compile: Compile, options: FlatOptions = {}): ((value: unknown, run: Run) => boolean) | undefined {
  const writer = new Writer(compile, options)
  const source = `return ${writer.functionOf(schema)}\n${writer.functions.join('\n')}`
  return generate<(...constants: unknown[]) => (value: unknown, run: Run) => boolean>(['length', 'k'], source)?.(length, writer.constants)
}

export interface FlatOptions {
  /** `format` is a note. */
  notes?: boolean
  /** `maxLength` counts code units, as JavaScript does, and so refuses a little more. */
  codeUnits?: boolean
  /** What the `$ref` of a schema leads to; undefined where that may not be written out. Default: nothing may. */
  follow?: (schema: JsonSchema) => Node | undefined
}

/** Keywords with a meaning that is not written out here. Any other one is a note, whoever made it up. */
const asked = ['$dynamicRef', 'multipleOf', 'minProperties', 'maxProperties', 'uniqueItems', 'dependentRequired', 'contains', 'prefixItems', 'patternProperties', 'propertyNames', 'dependentSchemas', 'oneOf', 'not', 'if', 'unevaluatedProperties', 'unevaluatedItems'] // prettier-ignore
const ofString = ['minLength', 'maxLength', 'pattern']
const ofNumber = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum']
const ofArray = ['minItems', 'maxItems', 'items']
const ofObject = ['properties', 'required', 'additionalProperties']
const fail = 'return false'

class Writer {
  /** The functions that are done. */
  readonly functions: string[] = []
  readonly constants: unknown[] = []
  /** The body of the function that is being written. */
  lines: string[] = []
  readonly #called = new Map<Node, string>()
  readonly #compile: Compile
  readonly #options: FlatOptions
  #names = 0

  constructor(compile: Compile, options: FlatOptions) {
    this.#compile = compile
    this.#options = options
  }

  /** The name of the function that checks a schema. It is known before the body is written: schemas refer to each other in circles. */
  functionOf(schema: Node): string {
    const known = this.#called.get(schema)
    if (known !== undefined) return known
    const name = `f${this.#called.size}`
    this.#called.set(schema, name)
    const { lines } = this
    this.lines = []
    this.#write(schema, 'v')
    this.functions.push(`function ${name}(v, run) {\n${this.lines.join('\n')}\nreturn true\n}`)
    this.lines = lines
    return name
  }

  #write(schema: Node, v: string): void {
    if (schema === true) return
    const target = typeof schema === 'object' && '$ref' in schema ? this.#options.follow?.(schema) : undefined
    if (schema === false || !isEveryday(schema, this.#options) || ('$ref' in schema && target === undefined)) {
      this.lines.push(`if (!${this.#constant(this.#compile(schema) satisfies Check)}(${v}, run, undefined)) ${fail}`)
      return
    }
    if (target !== undefined) this.lines.push(`if (!${this.functionOf(target)}(${v}, run)) ${fail}`)
    for (const part of (schema['allOf'] ?? []) as Node[]) this.#write(part, v)
    const branches = ((schema['anyOf'] ?? []) as Node[]).map((branch) => `!${this.functionOf(branch)}(${v}, run)`)
    if (branches.length > 0) this.lines.push(`if (${branches.join(' && ')}) ${fail}`)
    this.#own(schema, v)
  }

  #own(schema: JsonSchema, v: string): void {
    const { type } = schema
    if (type !== undefined)
      this.lines.push(
        `if (!(${[type]
          .flat()
          .map((one) => isOfType[one as string]!(v))
          .join(' || ')})) ${fail}`,
      )
    const values = (schema['enum'] ?? ('const' in schema ? [schema['const']] : undefined)) as unknown[] | undefined
    if (values !== undefined) this.lines.push(`if (${values.map((value) => `${v} !== ${literal(value)}`).join(' && ') || 'true'}) ${fail}`)
    this.#group(schema, v, 'string', ofString, () => this.#string(schema, v))
    this.#group(schema, v, 'number', ofNumber, () => this.#number(schema, v))
    this.#group(schema, v, 'array', ofArray, () => this.#array(schema, v))
    this.#group(schema, v, 'object', ofObject, () => this.#object(schema, v))
  }

  /** The keywords of one type: bare where `type` has settled it already, behind a question where it has not. */
  #group(schema: JsonSchema, v: string, type: string, keywords: readonly string[], write: () => void): void {
    if (!keywords.some((keyword) => keyword in schema)) return
    const settled = schema['type'] === type || (type === 'number' && schema['type'] === 'integer')
    if (!settled && typeof schema['type'] === 'string') return
    if (!settled) this.lines.push(`if (${isOfType[type]!(v)}) {`)
    write()
    if (!settled) this.lines.push('}')
  }

  #string({ minLength, maxLength, pattern }: JsonSchema, v: string): void {
    // A character has one or two code units: counting is only needed between the two.
    if (minLength !== undefined)
      this.lines.push(`if (${v}.length < ${2 * Number(minLength)} && length(${v}) < ${Number(minLength)}) ${fail}`)
    if (maxLength !== undefined) {
      const counted = this.#options.codeUnits === true ? '' : ` && length(${v}) > ${Number(maxLength)}`
      this.lines.push(`if (${v}.length > ${Number(maxLength)}${counted}) ${fail}`)
    }
    if (pattern !== undefined) this.lines.push(`if (!${this.#constant(new RegExp(pattern as string, 'u'))}.test(${v})) ${fail}`)
  }

  #number(schema: JsonSchema, v: string): void {
    for (const [keyword, breach] of [
      ['minimum', '<'],
      ['maximum', '>'],
      ['exclusiveMinimum', '<='],
      ['exclusiveMaximum', '>='],
    ] as const) {
      // prettier-ignore
      if (schema[keyword] !== undefined) this.lines.push(`if (${v} ${breach} ${Number(schema[keyword])}) ${fail}`)
    }
  }

  #array({ minItems, maxItems, items }: JsonSchema, v: string): void {
    if (minItems !== undefined) this.lines.push(`if (${v}.length < ${Number(minItems)}) ${fail}`)
    if (maxItems !== undefined) this.lines.push(`if (${v}.length > ${Number(maxItems)}) ${fail}`)
    if (items === undefined || items === true) return
    const [i, item] = [this.#name(), this.#name()]
    this.lines.push(`for (let ${i} = 0; ${i} < ${v}.length; ${i}++) {`, `const ${item} = ${v}[${i}]`)
    this.#write(items as Node, item)
    this.lines.push('}')
  }

  #object(schema: JsonSchema, v: string): void {
    const properties = (schema['properties'] ?? {}) as Readonly<Record<string, Node>>
    const required = new Set((schema['required'] ?? []) as string[])
    for (const name of required)
      if (!Object.hasOwn(properties, name)) this.lines.push(`if (!Object.hasOwn(${v}, ${literal(name)})) ${fail}`)
    for (const [name, part] of Object.entries(properties)) {
      const member = this.#name()
      // A name that every object inherits must be asked for; any other is undefined where it is absent.
      const present = name in Object.prototype ? `Object.hasOwn(${v}, ${literal(name)})` : `${member} !== undefined`
      this.lines.push(`const ${member} = ${v}[${literal(name)}]`)
      if (required.has(name)) this.lines.push(`if (!(${present})) ${fail}`)
      else this.lines.push(`if (${present}) {`)
      this.#write(part, member)
      if (!required.has(name)) this.lines.push('}')
    }
    this.#additional(schema['additionalProperties'] as Node | undefined, Object.keys(properties), v)
  }

  #additional(part: Node | undefined, known: readonly string[], v: string): void {
    if (part === undefined || part === true) return
    const [name, member] = [this.#name(), this.#name()]
    const unknown = known.map((other) => `${name} !== ${literal(other)}`).join(' && ') || 'true'
    this.lines.push(`for (const ${name} in ${v}) if (${unknown}) {`)
    if (part === false) this.lines.push(fail)
    else {
      this.lines.push(`const ${member} = ${v}[${name}]`)
      this.#write(part, member)
    }
    this.lines.push('}')
  }

  #name(): string {
    return `v${this.#names++}`
  }

  #constant(value: unknown): string {
    return `k[${this.constants.push(value) - 1}]`
  }
}

function isEveryday(schema: JsonSchema, { notes = false }: FlatOptions): boolean {
  const scalar = (value: unknown) => typeof value !== 'object' || value === null
  const values = [...((schema['enum'] ?? []) as unknown[]), schema['const']]
  return (
    values.every(scalar) &&
    !('enum' in schema && 'const' in schema) &&
    asked.every((keyword) => !(keyword in schema)) &&
    (notes || !('format' in schema))
  )
}

const isOfType: Readonly<Record<string, (v: string) => string>> = {
  null: (v) => `${v} === null`,
  boolean: (v) => `typeof ${v} === 'boolean'`,
  number: (v) => `typeof ${v} === 'number'`,
  integer: (v) => `Number.isInteger(${v})`,
  string: (v) => `typeof ${v} === 'string'`,
  array: (v) => `Array.isArray(${v})`,
  object: (v) => `typeof ${v} === 'object' && ${v} !== null && !Array.isArray(${v})`,
}

/** Safe in source: JSON with the two line separators that it allows bare. */
function literal(value: unknown): string {
  return JSON.stringify(value).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')
}
