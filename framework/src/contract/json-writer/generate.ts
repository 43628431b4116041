import { interpret, read } from './interpret.ts'
import type { Plan } from './plan.ts'

type Write = (value: unknown) => string

/**
 * The same as `interpret`, as one flat function a shape.
 *
 * It knows the ordinary case only and throws at anything else; whoever calls it then asks `interpret`, which either writes the value or says what is wrong.
 */
export function generate(plan: Plan): Write {
  const constants: unknown[] = [quote, escaped, bail, Number.isFinite, Number.isInteger, Array.isArray, read, JSON.stringify]
  const names = ['quote', 'escaped', 'bail', 'isFinite', 'isInteger', 'isArray', 'read', 'stringify']
  const constant = (value: unknown) => `c${constants.push(value) - 1}`
  const functions = new Map<Plan, string>()
  const bodies: string[] = []

  const call = (of: Plan, body: (of: never) => string): string => {
    const known = functions.get(of)
    if (known) return known
    const name = `w${functions.size}`
    functions.set(of, name)
    bodies.push(`function ${name}(v) {\n${body(of as never)}\n}`)
    return name
  }

  const expression = (of: Plan, x: string): string => {
    const text = bare(of, x)
    return of.nullable ? `(${x} == null ? 'null' : ${text})` : text
  }

  const bare = (of: Plan, x: string): string => {
    switch (of.kind) {
      case 'string':
        return `(typeof ${x} === 'string' ? quote(${x}) : bail())`
      case 'number':
        return `(isFinite(${x}) ? '' + ${x} : bail())`
      case 'integer':
        return `(isInteger(${x}) ? '' + ${x} : bail())`
      case 'boolean':
        return `(${x} === true ? 'true' : ${x} === false ? 'false' : bail())`
      case 'object':
        return of.patterns.length > 0 ? interpreted(of, x) : `${call(of, objectBody)}(${x})`
      case 'array':
        return of.prefix.length > 0 ? interpreted(of, x) : `${call(of, arrayBody)}(${x})`
      case 'any':
        return `(stringify(${x}) ?? bail())`
      default:
        return interpreted(of, x)
    }
  }

  const interpreted = (of: Plan, x: string) => `${constant((value: unknown) => interpret(of, value))}(${x})`

  const objectBody = ({ members, rest }: Extract<Plan, { kind: 'object' }>): string => {
    const lines = [`if (typeof v !== 'object' || v === null || isArray(v)) bail()`, `let s = '', x`]
    // Text that is the same for every value is held back and joined with what follows: half the concatenations, half the time.
    let held = '{'
    let first: 'surely' | 'perhaps' | 'no' = 'surely'
    for (const { name, required, plan: inner, fallback } of members) {
      const key = JSON.stringify(name)
      lines.push(`x = ${name in Object.prototype ? `read(v, ${key})` : `v[${key}]`}`)
      if (!required && fallback === undefined) {
        const comma = first === 'perhaps' ? `(s === '{' ? '' : ',') + ` : ''
        lines.push(
          `s += ${JSON.stringify(held)}`,
          `if (x !== undefined) s += ${comma}${JSON.stringify(`${first === 'no' ? ',' : ''}${key}:`)} + ${expression(inner, 'x')}`,
        )
        held = ''
        if (first === 'surely') first = 'perhaps'
        continue
      }
      if (first === 'perhaps') lines.push(`if (s !== '{') s += ','`)
      const before = `${held}${first === 'no' ? ',' : ''}${key}:`
      first = 'no'
      if (inner.kind === 'string' && !inner.nullable && fallback === undefined) {
        lines.push(`s += ${JSON.stringify(`${before}"`)} + (typeof x === 'string' ? escaped(x) : bail())`)
        held = '"'
      } else {
        const text =
          fallback === undefined ? expression(inner, 'x') : `(x === undefined ? ${JSON.stringify(fallback)} : ${expression(inner, 'x')})`
        lines.push(`s += ${JSON.stringify(before)} + ${text}`)
        held = ''
      }
    }
    if (!rest) return [...lines, `return s + ${JSON.stringify(`${held}}`)}`].join('\n')
    const named = constant(new Set(members.map(({ name }) => name)))
    return [
      ...lines,
      `s += ${JSON.stringify(held)}`,
      `for (const k of Object.keys(v)) {`,
      `x = v[k]`,
      `if (x !== undefined && !${named}.has(k)) s += (s === '{' ? '' : ',') + stringify(k) + ':' + ${expression(rest, 'x')}`,
      `}`,
      `return s + '}'`,
    ].join('\n')
  }

  const arrayBody = ({ items }: Extract<Plan, { kind: 'array' }>): string =>
    [
      `if (!isArray(v)) bail()`,
      `let s = '['`,
      `for (let i = 0; i < v.length; i++) {`,
      `const x = v[i]`,
      `s += i === 0 ? ${expression(items!, 'x')} : ',' + ${expression(items!, 'x')}`,
      `}`,
      `return s + ']'`,
    ].join('\n')

  const top = expression(plan, 'v')
  const parameters = constants.map((_, index) => names[index] ?? `c${index}`)
  // oxlint-disable-next-line typescript/no-implied-eval -- the source holds nothing but quoted names from the schema
  return new Function(...parameters, `'use strict'\n${bodies.join('\n')}\nreturn (v) => ${top}`)(...constants) as Write
}

function bail(): never {
  throw unusual
}
// One error for all, without a stack of its own: it only ever means "ask the interpreter".
const unusual = new Error('unusual')

// What JSON.stringify would escape: quotes, backslashes, control characters, and surrogates, which it must look at in pairs.
// oxlint-disable-next-line no-control-regex
const special = /["\\\u0000-\u001f\ud800-\udfff]/

/** Exactly what `JSON.stringify` writes between the quotes; most strings need nothing, and finding that out is quicker than the call. */
function escaped(text: string): string {
  const length = text.length
  if (length > 40) return length > 4096 || special.test(text) ? JSON.stringify(text).slice(1, -1) : text
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at)
    if (code < 32 || code === 34 || code === 92 || (code >= 0xd800 && code <= 0xdfff)) return JSON.stringify(text).slice(1, -1)
  }
  return text
}

function quote(text: string): string {
  return `"${escaped(text)}"`
}
