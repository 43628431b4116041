import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { fits } from '../../../contract/json-writer/interpret.ts'
import type { Plan } from '../../../contract/json-writer/plan.ts'
import { BadRequest } from '../../../contract/problems.ts'
import { parseJson } from '../../guard/json.ts'
import { deepest, memberPlan } from '../shape.ts'

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  trimValues: false,
  processEntities: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  cdataPropName: '#cdata',
  maxNestedTags: deepest,
})
const utf8 = new TextDecoder('utf-8', { fatal: true })
const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly Element[]
  readonly text: string
}

/** The value that an XML document stands for, by its schema; what does not fit stays text, so that validation can say what is wrong. */
export function fromXml(plan: Plan, bytes: Uint8Array): unknown {
  const text = utf8.decode(bytes)
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) throw refused('Document types and entities are not read')
  if (/^<\?xml[^>]*\sencoding\s*=\s*["'](?!utf-8["'])/i.test(text)) throw refused('The encoding must be UTF-8')
  if (XMLValidator.validate(text) !== true) throw refused('The body is not well-formed XML')
  const roots = elementsOf(parser.parse(text) as Node[]).children
  if (roots.length !== 1) throw refused('A document has one element at its top')
  return valueOf(plan, roots[0]!)
}

function refused(detail: string): Error {
  return BadRequest({ detail: `${detail}.` })
}

type Node = Readonly<Record<string, unknown>>

function elementsOf(nodes: readonly Node[], name = '', attributes: Node = {}): Element {
  const children: Element[] = []
  let text = ''
  for (const node of nodes) {
    const tag = Object.keys(node).find((key) => key !== ':@')!
    if (tag === '#text') text += unescape(String(node[tag]))
    else if (tag === '#cdata') text += (node[tag] as Node[]).map((part) => String(part['#text'])).join('')
    else children.push(elementsOf(node[tag] as Node[], tag, node[':@'] as Node | undefined))
  }
  const readable = Object.entries(attributes).map(([key, value]) => [key.replace(/^.*:/, ''), unescape(String(value))])
  return { name, attributes: Object.fromEntries(readable) as Record<string, string>, children, text }
}

function valueOf(plan: Plan | undefined, element: Element): unknown {
  const { attributes, children, text } = element
  if (attributes['nil'] === 'true') return null
  if (attributes['json'] === 'true') return parseJson(Buffer.from(text))
  if (plan === undefined) return children.length > 0 ? {} : text
  switch (plan.kind) {
    case 'object':
      return objectOf(plan, children)
    case 'array':
      return children.map((item, index) => valueOf(plan.prefix[index] ?? plan.items, item))
    case 'union': {
      const candidates = plan.branches.map((branch) => ({ branch, value: valueOf(branch, element) }))
      return (candidates.find(({ branch, value }) => fits(branch, value)) ?? candidates[0])?.value
    }
    case 'boolean':
      return text === 'true' || text === 'false' ? text === 'true' : text
    case 'number':
    case 'integer':
      return numberOf(text)
    default:
      return attributes['encoding'] === 'base64' ? utf8.decode(Buffer.from(text, 'base64')) : text
  }
}

function objectOf(plan: Extract<Plan, { kind: 'object' }>, children: readonly Element[]): unknown {
  const members = new Map<string, unknown>()
  for (const child of children) {
    const name = child.name === 'entry' ? nameOf(child) : child.name
    if (members.has(name)) throw refused('A member comes twice')
    members.set(name, valueOf(memberPlan(plan, name), child))
  }
  return Object.fromEntries(members)
}

function nameOf({ attributes }: Element): string {
  const { name, name64 } = attributes
  if (name64 !== undefined) return utf8.decode(Buffer.from(name64, 'base64'))
  if (name === undefined) throw refused('An <entry> has no name')
  return name
}

/** As JSON reads numbers; 2^53 + 1 would silently become another one, and stays text. */
function numberOf(text: string): unknown {
  if (!jsonNumber.test(text)) return text
  const read = Number(text)
  const exact = Number.isSafeInteger(read) || !/^-?\d+$/.test(text) ? Number.isFinite(read) : String(read) === text
  return exact ? read : text
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

function unescape(text: string): string {
  return text.replaceAll(/&([^;\s&]*)(;?)/g, (_whole, name: string, end: string) => {
    const named = Object.hasOwn(entities, name) ? entities[name] : undefined
    const code = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}))$/i.exec(name)
    const point = code === null ? NaN : parseInt(code[1] ?? code[2]!, code[1] === undefined ? 10 : 16)
    const valid = point === 9 || point === 10 || point === 13 || (point >= 32 && point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff))
    if (end === '' || (named === undefined && !valid)) throw refused('The body holds an entity that XML does not have by itself')
    return named ?? String.fromCodePoint(point)
  })
}
