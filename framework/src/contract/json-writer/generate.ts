import { fits, read } from './interpret.ts'
import { isNative, toWire } from './native.ts'
import type { Plan } from './plan.ts'

type ObjectPlan = Extract<Plan, { kind: 'object' }>

/**
 * The same as `interpret`, as one flat function a shape: it copies what is declared, in order, and hands that to `JSON.stringify`,
 * whose fast path on such plain copies beats joining strings.
 *
 * It knows the ordinary case only and throws at anything else; whoever calls it then asks `interpret`, which either writes the value or says what is wrong.
 */
export function generate(plan: Plan): (value: unknown) => string {
  const constants = new Map<string, unknown>(
    Object.entries({ bail, isJson, isFinite: Number.isFinite, isInteger: Number.isInteger, isArray: Array.isArray, isNative, read }),
  )
  const constant = (value: unknown) => {
    const name = `c${constants.size}`
    constants.set(name, value)
    return name
  }
  const functions = new Map<Plan, string>()
  const sources: string[] = []

  const copyOf = (of: Plan, x: string): string => (of.nullable ? `(${x} == null ? null : ${present(of, x)})` : present(of, x))

  const present = (of: Plan, x: string): string => {
    switch (of.kind) {
      case 'any':
        return `(isJson(${x}) ? ${x} : bail())`
      case 'string': {
        if (of.format === undefined) return `(typeof ${x} === 'string' ? ${x} : bail())`
        return `(typeof ${x} === 'string' ? ${x} : ${constant((value: unknown) => textOf(of, value))}(${x}))`
      }
      case 'boolean':
        return `(typeof ${x} === 'boolean' ? ${x} : bail())`
      case 'number':
        return `(isFinite(${x}) ? ${x} : bail())`
      case 'integer':
        return `(isInteger(${x}) ? ${x} : bail())`
      case 'object':
      case 'array':
        return `${functionOf(of)}(${x})`
      case 'union':
        return `(${of.branches.map((branch) => `${constant((value: unknown) => fits(branch, value))}(${x}) ? ${copyOf(branch, x)} : `).join('')}bail())`
      default:
        return 'bail()'
    }
  }

  // By name, and known before its body is written: recursive schemas call themselves.
  const functionOf = (of: Plan): string => {
    const known = functions.get(of)
    if (known) return known
    const name = `copy${functions.size}`
    functions.set(of, name)
    sources.push(`function ${name}(v) {\n${of.kind === 'object' ? objectBody(of) : arrayBody(of as Extract<Plan, { kind: 'array' }>)}\n}`)
    return name
  }

  const objectBody = ({ members, patterns, rest }: ObjectPlan): string => {
    if (patterns.length > 0) throw new Error('Members by pattern are left to the interpreter.')
    const reads = members.map(
      ({ name }, at) =>
        `const m${at} = ${name in Object.prototype ? 'read(v, ' : 'v['}${JSON.stringify(name)}${name in Object.prototype ? ')' : ']'}`,
    )
    const copies = members.map(({ name, required, plan: inner, fallback }, at) => {
      const absent = fallback === undefined ? (required ? undefined : 'undefined') : constant(JSON.parse(fallback))
      // Bracketed, because a plain `__proto__` would set the prototype; the others not, because only plain names give the copy a shape at once.
      const key = name === '__proto__' ? `['__proto__']` : JSON.stringify(name)
      return `${key}: ${absent === undefined ? '' : `m${at} === undefined ? ${absent} : `}${copyOf(inner, `m${at}`)}`
    })
    // What asks for nothing that a Map or a Date lacks would be found in them, too.
    const plain = members.some(isMissingInNatives) ? '' : ' || isNative(v)'
    const lines = [
      `if (typeof v !== 'object' || v === null || isArray(v)${plain}) bail()`,
      ...reads,
      `const copy = { ${copies.join(', ')} }`,
    ]
    return [...lines, ...(rest ? restLines(members, rest) : []), 'return copy'].join('\n')
  }

  const restLines = (members: ObjectPlan['members'], rest: Plan): string[] => {
    const named = constant(new Set(members.map(({ name }) => name)))
    return [
      `for (const k of Object.keys(v)) {`,
      `const x = v[k]`,
      `if (x === undefined || ${named}.has(k)) continue`,
      // Names that an assignment treats otherwise: one sets the prototype, numbers move to the front.
      `if (k === '__proto__' || (k >= '0' && k < ':')) bail()`,
      `copy[k] = ${copyOf(rest, 'x')}`,
      `}`,
    ]
  }

  const arrayBody = ({ prefix, items }: Extract<Plan, { kind: 'array' }>): string => {
    if (prefix.length > 0) throw new Error('Tuples are left to the interpreter.')
    return [
      `if (!isArray(v)) bail()`,
      `const copy = []`,
      `for (let i = 0; i < v.length; i++) {`,
      `const x = v[i]`,
      `copy.push(${copyOf(items!, 'x')})`,
      `}`,
      `return copy`,
    ].join('\n')
  }

  const top = copyOf(plan, 'v')
  // oxlint-disable-next-line typescript/no-implied-eval -- the source holds nothing but quoted names from the schema
  const make = new Function(...constants.keys(), `'use strict'\n${sources.join('\n')}\nreturn (v) => JSON.stringify(${top})`)
  return make(...constants.values()) as (value: unknown) => string
}

const natives: readonly object[] = [Date, Map, Set, Uint8Array, DataView].map(({ prototype }) => prototype)

function isMissingInNatives({ name, required, plan }: ObjectPlan['members'][number]): boolean {
  return required && !plan.nullable && natives.every((native) => !(name in native))
}

function bail(): never {
  throw unusual
}
// One error for all, without a stack of its own: it only ever means "ask the interpreter".
const unusual = new Error('unusual')

function textOf(plan: Plan, value: unknown): string {
  const text = toWire(plan, value)
  return typeof text === 'string' ? text : bail()
}

/** Whether `JSON.stringify` gives a text for it, wherever it stands. */
function isJson(value: unknown): boolean {
  if (typeof value === 'object') return value === null || typeof (value as { toJSON?: unknown }).toJSON !== 'function'
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}
