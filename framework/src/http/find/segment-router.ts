import { BootError } from '../../std/errors.ts'
import { decodeSegment, parsePath, type Segment } from './path.ts'
import type { Match, Router } from './router.ts'

interface Leaf<Target> {
  readonly target: Target
  readonly names: readonly string[]
  readonly source: string
  readonly path: string
}

type Methods<Target> = Map<string, Leaf<Target>>

interface Node<Target> {
  readonly statics: Map<string, Node<Target>>
  /** Sorted by pattern, so that the order of registration never decides. */
  readonly constrained: { readonly pattern: string; readonly test: RegExp; readonly node: Node<Target> }[]
  param: Node<Target> | undefined
  wildcard: Methods<Target> | undefined
  methods: Methods<Target> | undefined
}

const nothing: Readonly<Record<string, string>> = Object.freeze(Object.create(null))
const none = { kind: 'none' } as const

/**
 * A tree of segments: static before constrained before param before wildcard, with backtracking,
 * and a map of whole paths in front of it for routes without parameters.
 */
export class SegmentRouter<Target> implements Router<Target> {
  readonly name = 'segments'
  readonly #root: Node<Target> = emptyNode()
  readonly #statics = new Map<string, Methods<Target>>()

  add(method: string, path: string, target: Target, source: string): void {
    const segments = parsePath(path, source)
    const names = segments.flatMap((segment) => (segment.kind === 'static' ? [] : [segment.name]))
    const methods = this.#methodsAt(segments)
    const taken = methods.get(method)
    if (taken !== undefined) {
      throw new BootError('route-ambiguous', `${method} ${path} (${source}) takes the same requests as ${method} ${taken.path} (${taken.source}).`)
    }
    methods.set(method, { target, names, source, path })
    if (names.length === 0) this.#statics.set(path, methods)
  }

  match(method: string, path: string): Match<Target> {
    const methods = this.#statics.get(path)
    if (methods !== undefined) {
      const leaf = pick(methods, method)
      // Another method of this path may still be taken by a route with parameters.
      if (leaf !== undefined) return { kind: 'found', target: leaf.target, params: nothing }
    }
    const segments = path === '/' ? [] : path.slice(1).split('/')
    if (path.includes('%')) for (let i = 0; i < segments.length; i++) segments[i] = decodeSegment(segments[i]!)
    const values: string[] = []
    const leaf = find(this.#root, segments, 0, values, method)
    if (leaf !== undefined) return { kind: 'found', target: leaf.target, params: toParams(leaf.names, values) }
    const allowed = new Set<string>()
    collect(this.#root, segments, 0, allowed)
    return allowed.size === 0 ? none : { kind: 'other-methods', allowed: [...allowed] }
  }

  #methodsAt(segments: readonly Segment[]): Methods<Target> {
    let node = this.#root
    for (const segment of segments) {
      if (segment.kind === 'wildcard') return (node.wildcard ??= new Map())
      node = childFor(node, segment)
    }
    return (node.methods ??= new Map())
  }
}

function childFor<Target>(node: Node<Target>, segment: Exclude<Segment, { kind: 'wildcard' }>): Node<Target> {
  if (segment.kind === 'param') return (node.param ??= emptyNode())
  if (segment.kind === 'static') {
    let child = node.statics.get(segment.text)
    if (child === undefined) node.statics.set(segment.text, (child = emptyNode()))
    return child
  }
  const known = node.constrained.find(({ pattern }) => pattern === segment.pattern)
  if (known !== undefined) return known.node
  const made = { pattern: segment.pattern, test: segment.test, node: emptyNode<Target>() }
  node.constrained.push(made)
  node.constrained.sort((a, b) => (a.pattern < b.pattern ? -1 : 1))
  return made.node
}

function find<Target>(node: Node<Target>, segments: readonly string[], at: number, values: string[], method: string): Leaf<Target> | undefined {
  if (at === segments.length) return node.methods && pick(node.methods, method)
  const segment = segments[at]!
  const child = node.statics.get(segment)
  const fixed = child && find(child, segments, at + 1, values, method)
  if (fixed !== undefined) return fixed
  const depth = values.length
  // An empty segment is never a parameter: `/orders/` is not the order with the empty id.
  if (segment !== '') {
    for (const { test, node: next } of node.constrained) {
      if (!test.test(segment)) continue
      values.push(segment)
      const leaf = find(next, segments, at + 1, values, method)
      if (leaf !== undefined) return leaf
      values.length = depth
    }
    if (node.param !== undefined) {
      values.push(segment)
      const leaf = find(node.param, segments, at + 1, values, method)
      if (leaf !== undefined) return leaf
      values.length = depth
    }
  }
  const rest = node.wildcard && confined(segments, at) && pick(node.wildcard, method)
  if (rest) values.push(segments.slice(at).join('/'))
  return rest || undefined
}

function collect<Target>(node: Node<Target>, segments: readonly string[], at: number, allowed: Set<string>): void {
  if (at === segments.length) {
    for (const method of node.methods?.keys() ?? []) allowed.add(method)
    return
  }
  const segment = segments[at]!
  const child = node.statics.get(segment)
  if (child !== undefined) collect(child, segments, at + 1, allowed)
  if (segment !== '') {
    for (const { test, node: next } of node.constrained) if (test.test(segment)) collect(next, segments, at + 1, allowed)
    if (node.param !== undefined) collect(node.param, segments, at + 1, allowed)
  }
  if (node.wildcard !== undefined && confined(segments, at)) for (const method of node.wildcard.keys()) allowed.add(method)
}

/** Whether a wildcard may take the rest: nothing that a file system would read as a way out of its root. */
function confined(segments: readonly string[], from: number): boolean {
  for (let i = from; i < segments.length; i++) {
    const segment = segments[i]!
    if (segment === '..' || segment === '.' || segment.includes('\\') || segment.includes('/')) return false
  }
  return true
}

function pick<Target>(methods: Methods<Target>, method: string): Leaf<Target> | undefined {
  return methods.get(method) ?? (method === 'HEAD' ? methods.get('GET') : undefined)
}

function toParams(names: readonly string[], values: readonly string[]): Readonly<Record<string, string>> {
  if (names.length === 1) return { [names[0]!]: values[0]! }
  const params: Record<string, string> = {}
  for (let i = 0; i < names.length; i++) params[names[i]!] = values[i]!
  return params
}

function emptyNode<Target>(): Node<Target> {
  return { statics: new Map(), constrained: [], param: undefined, wildcard: undefined, methods: undefined }
}
