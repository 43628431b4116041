import type { IncomingMessage } from 'node:http'
import { BootError } from '../../std/errors.ts'
import { generate } from '../../std/generate.ts'
import { canonicalPath, escapeText, parsePath, unescapeText, type Segment } from './path.ts'
import type { Conditions } from './header-conditions.ts'
import type { Entry, Match, Router } from './router.ts'

interface Leaf<Target> {
  readonly target: Target
  readonly toParams: ToParams
  readonly source: string
  readonly path: string
  readonly conditions: Conditions | undefined
  /** For requests that these conditions do not fit. */
  next: Leaf<Target> | undefined
}

type Methods<Target> = Map<string, Leaf<Target>>
type ToParams = (values: readonly string[]) => Readonly<Record<string, string>>

/** Reached by `text`; goes on by the next character, a constrained parameter, a parameter or a wildcard, tried in this order. */
interface Node<Target> {
  text: string
  children: Map<number, Node<Target>>
  /** Sorted by pattern, so that the order of registration never decides. */
  constrained: { readonly pattern: string; readonly test: RegExp; readonly node: Node<Target> }[]
  param: Node<Target> | undefined
  wildcard: Methods<Target> | undefined
  methods: Methods<Target> | undefined
}

const nothing: Readonly<Record<string, string>> = Object.freeze(Object.create(null))
const none = { kind: 'none' } as const

/** A radix tree with backtracking, and a map of whole paths in front of it for routes without parameters. */
export class RadixRouter<Target> implements Router<Target> {
  readonly name = 'radix'
  readonly #root: Node<Target> = emptyNode('')
  readonly #statics = new Map<string, Methods<Target>>()
  /** Whether any route asks for headers; if none does, nobody looks at them. */
  #conditional = false

  add({ method, path, target, source, conditions }: Entry<Target>): void {
    const segments = parsePath(path, source)
    const names = segments.flatMap((segment) => (segment.kind === 'static' ? [] : [segment.name]))
    const methods = methodsAt(this.#root, segments)
    const leaf = { target, toParams: paramsFactory(names), source, path, conditions, next: undefined }
    methods.set(method, withLeaf(methods.get(method), leaf, method))
    if (names.length === 0) this.#statics.set(path, methods)
    this.#conditional ||= conditions !== undefined
  }

  match(method: string, path: string, request?: IncomingMessage): Match<Target> {
    const asking = this.#conditional ? { request, varies: new Set<string>() } : undefined
    const match = this.#match(method, path, asking)
    return asking === undefined || asking.varies.size === 0 ? match : { ...match, varies: [...asking.varies] }
  }

  #match(method: string, path: string, asking: Asking | undefined): Match<Target> {
    const methods = this.#statics.get(path)
    if (methods !== undefined) {
      const leaf = pick(methods, method, asking)
      // Another method of this path may still be taken by a route with parameters.
      if (leaf !== undefined) return { kind: 'found', target: leaf.target, params: nothing }
    }
    const encoded = path.includes('%')
    const canonical = encoded ? canonicalPath(path) : path
    const values: string[] = []
    const leaf = find(this.#root, canonical, 0, { method, values, depth: 0, asking })
    if (leaf !== undefined) {
      return { kind: 'found', target: leaf.target, params: leaf.toParams(encoded ? values.map(unescapeText) : values) }
    }
    const allowed = new Set<string>()
    collect(this.#root, canonical, 0, { allowed, asking })
    return allowed.size === 0 ? none : { kind: 'other-methods', allowed: [...allowed] }
  }
}

/** Whose headers decide, and which were looked at. */
interface Asking {
  readonly request: IncomingMessage | undefined
  readonly varies: Set<string>
}

interface Search {
  readonly method: string
  /** What parameters took so far; what lies beyond `depth` is left over from a branch that failed. */
  readonly values: string[]
  depth: number
  readonly asking: Asking | undefined
}

/** The leaf for what is left of `path` from `at`, once `node` itself was reached. */
function find<Target>(node: Node<Target>, path: string, at: number, search: Search): Leaf<Target> | undefined {
  if (at === path.length) return node.methods && pick(node.methods, search.method, search.asking)
  const child = node.children.get(path.charCodeAt(at))
  if (child !== undefined && path.startsWith(child.text, at)) {
    const leaf = find(child, path, at + child.text.length, search)
    if (leaf !== undefined) return leaf
  }
  if (node.param === undefined && node.constrained.length === 0 && node.wildcard === undefined) return undefined
  return findVariable(node, path, at, search)
}

function findVariable<Target>(node: Node<Target>, path: string, at: number, search: Search): Leaf<Target> | undefined {
  const end = endOfSegment(path, at)
  // An empty segment is never a parameter: `/orders/` is not the order with the empty id.
  if (end > at) {
    const segment = path.slice(at, end)
    const depth = search.depth++
    search.values[depth] = segment
    for (const { test, node: next } of node.constrained) {
      const leaf = test.test(segment) ? find(next, path, end, search) : undefined
      if (leaf !== undefined) return leaf
    }
    const leaf = node.param && find(node.param, path, end, search)
    if (leaf !== undefined) return leaf
    search.depth = depth
  }
  if (node.wildcard === undefined || !isConfined(path, at)) return undefined
  search.values[search.depth] = path.slice(at)
  return pick(node.wildcard, search.method, search.asking)
}

interface Collection {
  readonly allowed: Set<string>
  readonly asking: Asking | undefined
}

/** Every method that some route has for this path. */
function collect<Target>(node: Node<Target>, path: string, at: number, into: Collection): void {
  if (at === path.length) {
    collectFrom(node.methods, into)
    return
  }
  const child = node.children.get(path.charCodeAt(at))
  if (child !== undefined && path.startsWith(child.text, at)) collect(child, path, at + child.text.length, into)
  const end = endOfSegment(path, at)
  if (end > at) {
    for (const { test, node: next } of node.constrained) if (test.test(path.slice(at, end))) collect(next, path, end, into)
    if (node.param !== undefined) collect(node.param, path, end, into)
  }
  if (node.wildcard !== undefined && isConfined(path, at)) collectFrom(node.wildcard, into)
}

function collectFrom<Target>(methods: Methods<Target> | undefined, { allowed, asking }: Collection): void {
  for (const [method, leaf] of methods ?? []) if (fitting(leaf, asking) !== undefined) allowed.add(method)
}

function endOfSegment(path: string, at: number): number {
  const slash = path.indexOf('/', at)
  return slash < 0 ? path.length : slash
}

/** Whether a wildcard may take the rest: nothing in it that a file system would read as a way out of its root. */
function isConfined(path: string, at: number): boolean {
  return path
    .slice(at)
    .split('/')
    .map(unescapeText)
    .every((segment) => segment !== '..' && segment !== '.' && !segment.includes('\\') && !segment.includes('/'))
}

function methodsAt<Target>(root: Node<Target>, segments: readonly Segment[]): Methods<Target> {
  let node = root
  let text = '/'
  for (const [i, segment] of segments.entries()) {
    const slash = i === segments.length - 1 ? '' : '/'
    if (segment.kind === 'static') {
      text += escapeText(segment.text) + slash
      continue
    }
    node = literal(node, text)
    if (segment.kind === 'wildcard') return (node.wildcard ??= new Map())
    node = segment.kind === 'param' ? (node.param ??= emptyNode('')) : constrained(node, segment)
    text = slash
  }
  node = literal(node, text)
  return (node.methods ??= new Map())
}

/** The node that `text` leads to from `node`: made, or split out of a longer one, where there is none. */
function literal<Target>(node: Node<Target>, text: string): Node<Target> {
  if (text === '') return node
  const child = node.children.get(text.charCodeAt(0))
  if (child === undefined) {
    const made = emptyNode<Target>(text)
    node.children.set(text.charCodeAt(0), made)
    return made
  }
  let shared = 0
  while (shared < text.length && shared < child.text.length && text[shared] === child.text[shared]) shared++
  if (shared < child.text.length) {
    const upper = emptyNode<Target>(child.text.slice(0, shared))
    child.text = child.text.slice(shared)
    upper.children.set(child.text.charCodeAt(0), child)
    node.children.set(upper.text.charCodeAt(0), upper)
    return literal(upper, text.slice(shared))
  }
  return literal(child, text.slice(shared))
}

function constrained<Target>(node: Node<Target>, { pattern, test }: Segment & { kind: 'constrained' }): Node<Target> {
  const known = node.constrained.find((other) => other.pattern === pattern)
  if (known !== undefined) return known.node
  const made = { pattern, test, node: emptyNode<Target>('') }
  node.constrained = [...node.constrained, made].sort((a, b) => (a.pattern < b.pattern ? -1 : 1))
  return made.node
}

function pick<Target>(methods: Methods<Target>, method: string, asking: Asking | undefined): Leaf<Target> | undefined {
  return fitting(methods.get(method), asking) ?? (method === 'HEAD' ? fitting(methods.get('GET'), asking) : undefined)
}

function fitting<Target>(first: Leaf<Target> | undefined, asking: Asking | undefined): Leaf<Target> | undefined {
  let leaf = first
  while (leaf?.conditions !== undefined && asking !== undefined) {
    for (const name of leaf.conditions.names) asking.varies.add(name)
    if (asking.request === undefined || leaf.conditions.fit(asking.request)) return leaf
    leaf = leaf.next
  }
  return leaf
}

/** The routes of one method and path with one more: who asks for more headers first, whatever the order of registration. */
function withLeaf<Target>(first: Leaf<Target> | undefined, leaf: Leaf<Target>, method: string): Leaf<Target> {
  const count = ({ conditions }: Leaf<Target>) => conditions?.names.length ?? 0
  if (first === undefined || count(leaf) > count(first)) return { ...leaf, next: first }
  if (count(leaf) === count(first) && (leaf.conditions?.meets(first.conditions!) ?? true)) {
    const [one, other] = [leaf, first].map(
      ({ path, source, conditions }) => `${method} ${path}${conditions ? ` ${conditions.text}` : ''} (${source})`,
    )
    throw new BootError('route-ambiguous', `${one} takes the same requests as ${other}.`)
  }
  first.next = withLeaf(first.next, leaf, method)
  return first
}

/** An object literal with the route's own names, so that all params of a route have one shape. */
function paramsFactory(names: readonly string[]): ToParams {
  // `parsePath` let only words through.
  const members = names.map((name, i) => `${JSON.stringify(name)}: values[${i}]`)
  const slower: ToParams = (values) => Object.fromEntries(names.map((name, i) => [name, values[i]!]))
  return generate<ToParams>(['values'], `return { ${members.join(', ')} }`) ?? slower
}

function emptyNode<Target>(text: string): Node<Target> {
  return { text, children: new Map(), constrained: [], param: undefined, wildcard: undefined, methods: undefined }
}
