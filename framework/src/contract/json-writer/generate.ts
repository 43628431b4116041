import { generate as compile } from '../../std/generate.ts'
import { escaped } from './escaped.ts'
import { fits, interpret, read } from './interpret.ts'
import { isNative, toWire } from './native.ts'
import type { Member, Plan } from './plan.ts'

type ObjectPlan = Extract<Plan, { kind: 'object' }>
type ArrayPlan = Extract<Plan, { kind: 'array' }>

/** Text that is known at boot, or source that gives text, a number or a boolean. Neighbours of the first kind become one. */
type Piece = { readonly text: string } | { readonly source: string }

/**
 * The same as `interpret`, as one flat function a shape: names, quotes and commas are literals of the code, and only values are looked at.
 * Undefined where code may not be generated.
 *
 * It knows the ordinary case only and throws at anything else; whoever calls it then asks `interpret`, which either writes the value or says what is wrong.
 */
export function generate(plan: Plan): ((value: unknown) => string) | undefined {
  const writer = new Writer()
  const top = joined(writer.pieces(plan, 'v'))
  const names = [...writer.constants.keys()]
  return compile<(...constants: unknown[]) => (value: unknown) => string>(
    names,
    `${writer.functions.join('\n')}\nreturn (v) => ${top}`,
  )?.(...writer.constants.values())
}

class Writer {
  readonly constants = new Map<string, unknown>(Object.entries({ bail, escaped, isArray: Array.isArray, isNative, read, textOfAny }))
  /** The functions that are done. */
  readonly functions: string[] = []
  readonly #called = new Map<Plan, string>()

  /** What writes a value of the plan; `x` is a name, and is read more than once. */
  pieces(plan: Plan, x: string): readonly Piece[] {
    const present = this.#present(plan, x)
    return plan.nullable ? [{ source: `(${x} == null ? 'null' : ${joined(present)})` }] : present
  }

  #present(plan: Plan, x: string): readonly Piece[] {
    switch (plan.kind) {
      case 'any':
        return [{ source: `textOfAny(${x})` }]
      case 'string':
        return [quote, { source: this.#string(plan, x) }, quote]
      case 'boolean':
        return [{ source: `(typeof ${x} === 'boolean' ? ${x} : bail())` }]
      case 'number':
        return [{ source: `(Number.isFinite(${x}) ? ${x} : bail())` }]
      case 'integer':
        return [{ source: `(Number.isInteger(${x}) ? ${x} : bail())` }]
      case 'object':
      case 'array':
        return [{ source: `${this.#functionOf(plan)}(${x})` }]
      case 'union':
        return [{ source: this.#union(plan.branches, x) }]
      default:
        return [{ source: 'bail()' }]
    }
  }

  #string(plan: Extract<Plan, { kind: 'string' | 'number' | 'integer' | 'null' }>, x: string): string {
    const otherwise = plan.format === undefined ? 'bail()' : `${this.#constant((value: unknown) => textOf(plan, value))}(${x})`
    return `(typeof ${x} === 'string' ? escaped(${x}) : ${otherwise})`
  }

  #union(branches: readonly Plan[], x: string): string {
    const choices = branches.map((branch) => {
      const asked =
        branch.kind === 'string' && branch.format === undefined && !branch.nullable
          ? `typeof ${x} === 'string'`
          : `${this.#constant((value: unknown) => fits(branch, value))}(${x})`
      return `${asked} ? ${joined(this.pieces(branch, x))} : `
    })
    return `(${choices.join('')}bail())`
  }

  /** By name, and known before its body is written: recursive schemas call themselves. */
  #functionOf(plan: ObjectPlan | ArrayPlan): string {
    const known = this.#called.get(plan)
    if (known !== undefined) return known
    if (plan.kind === 'object' ? plan.patterns.length > 0 : plan.prefix.length > 0) {
      // Tuples and members by pattern are rare: they alone are left to the interpreter, and what is around them is not.
      const name = this.#constant((value: unknown) => interpret(plan, value))
      this.#called.set(plan, name)
      return name
    }
    const name = `write${this.#called.size}`
    this.#called.set(plan, name)
    this.functions.push(`function ${name}(v) {\n${(plan.kind === 'object' ? this.#object(plan) : this.#array(plan)).join('\n')}\n}`)
    return name
  }

  #array({ items }: ArrayPlan): string[] {
    const item = this.pieces(items!, 'x')
    return [
      `if (!isArray(v)) bail()`,
      `if (v.length === 0) return '[]'`,
      `let x = v[0]`,
      `let text = ${joined([{ text: '[' }, ...item])}`,
      `for (let i = 1; i < v.length; i++) {`,
      `x = v[i]`,
      `text += ${joined([{ text: ',' }, ...item])}`,
      `}`,
      `return text + ']'`,
    ]
  }

  #object({ members, rest }: ObjectPlan): string[] {
    // What asks for nothing that a Map or a Date lacks would be found in them, too.
    const plain = members.some(isMissingInNatives) ? '' : ' || isNative(v)'
    const reads = members.map(({ name }, at) => {
      const key = literal(name)
      return `const m${at} = ${name in Object.prototype ? `read(v, ${key})` : `v[${key}]`}`
    })
    const { lines, tail, before } = this.#members(members)
    const checked = [`if (typeof v !== 'object' || v === null || isArray(v)${plain}) bail()`, ...reads]
    if (lines.length === 0 && rest === undefined) return [...checked, `return ${joined([{ text: '{' }, ...tail, { text: '}' }])}`]
    const more = rest === undefined ? [] : [...(tail.length > 0 ? [`text += ${joined(tail)}`] : []), ...this.#rest(members, rest, before)]
    return [
      ...checked,
      `let text = '{'`,
      ...lines,
      ...more,
      `return text + ${joined([...(rest === undefined ? tail : []), { text: '}' }])}`,
    ]
  }

  /** The declared members: statements that add to `text`, which holds the opening brace, and the pieces that are still to be added. */
  #members(members: readonly Member[]): Gathered {
    const lines: string[] = []
    let tail: Piece[] = []
    let before: Gathered['before'] = 'nothing'
    for (const [at, member] of members.entries()) {
      const m = `m${at}`
      const value = this.pieces(member.plan, m)
      const named = [...comma[before], { text: `${JSON.stringify(member.name)}:` }]
      if (member.fallback !== undefined) {
        tail.push(...named, { source: `(${m} === undefined ? ${literal(member.fallback)} : ${joined(value)})` })
        before = 'something'
      } else if (member.required) {
        tail.push(...named, ...value)
        before = 'something'
      } else {
        if (tail.length > 0) lines.push(`text += ${joined(tail)}`)
        lines.push(`if (${m} !== undefined) text += ${joined([...named, ...value])}`)
        tail = []
        if (before === 'nothing') before = 'perhaps'
      }
    }
    return { lines, tail, before }
  }

  #rest(members: readonly Member[], rest: Plan, before: Gathered['before']): string[] {
    const named = this.#constant(new Set(members.map(({ name }) => name)))
    return [
      `for (const k of Object.keys(v)) {`,
      `const x = v[k]`,
      `if (x === undefined || ${named}.has(k)) continue`,
      `text += ${joined([...comma[before === 'nothing' ? 'perhaps' : before], quote, { source: 'escaped(k)' }, { text: '":' }, ...this.pieces(rest, 'x')])}`,
      `}`,
    ]
  }

  #constant(value: unknown): string {
    const name = `c${this.constants.size}`
    this.constants.set(name, value)
    return name
  }
}

interface Gathered {
  readonly lines: readonly string[]
  readonly tail: readonly Piece[]
  /** What the next member finds written before it. */
  readonly before: 'nothing' | 'perhaps' | 'something'
}

const quote: Piece = { text: '"' }
const comma: Readonly<Record<Gathered['before'], readonly Piece[]>> = {
  nothing: [],
  // The brace alone is one character.
  perhaps: [{ source: `(text.length === 1 ? '' : ',')` }],
  something: [{ text: ',' }],
}

/** One expression that gives the text of all pieces. */
function joined(pieces: readonly Piece[]): string {
  const parts: string[] = []
  let text = ''
  for (const piece of pieces) {
    if ('text' in piece) {
      text += piece.text
      continue
    }
    // Whatever comes first is text, so that numbers and booleans behind it become text as well.
    if (text !== '' || parts.length === 0) parts.push(literal(text))
    parts.push(piece.source)
    text = ''
  }
  if (text !== '' || parts.length === 0) parts.push(literal(text))
  return parts.join(' + ')
}

function literal(value: string): string {
  return JSON.stringify(value)
}

const natives: readonly object[] = [Date, Map, Set, Uint8Array, DataView].map(({ prototype }) => prototype)

function isMissingInNatives({ name, required, plan }: Member): boolean {
  return required && !plan.nullable && natives.every((native) => !(name in native))
}

function bail(): never {
  throw unusual
}
// One error for all, without a stack of its own: it only ever means "ask the interpreter".
const unusual = new Error('unusual')

function textOf(plan: Plan, value: unknown): string {
  const text = toWire(plan, value)
  return typeof text === 'string' ? escaped(text) : bail()
}

/** As `JSON.stringify`, where that gives a text. */
function textOfAny(value: unknown): string {
  return (JSON.stringify(value) as string | undefined) ?? bail()
}
