import type { JsonSchema } from '../compiled-schema.ts'
import { toPointer } from '../json-pointer.ts'
import type { Rule, Sink } from './change.ts'
import { brokenLimits } from './compare-limits.ts'
import { branchOf, fitsType, flatten, isSame, typeOf, type Flat, type Node } from './flat-schema.ts'

export interface Version {
  readonly root: JsonSchema
  readonly nodes: readonly Node[]
}

/**
 * Compares two versions of one schema. What was sent must still be accepted: of a request the new version must take every value of the old
 * one; of an answer the old version, which readers know, must have room for every value of the new one.
 */
export function compareSchemas(older: Version, newer: Version, sink: Sink): void {
  const [old, next] = [flatten(older.root, older.nodes), flatten(newer.root, newer.nodes)]
  const isRequest = sink.side === 'request'
  const breaking = found(isRequest ? [old, next] : [next, old], sink.side, isRequest)
  const harmless = found(isRequest ? [next, old] : [old, next], sink.side, !isRequest)
  for (const one of breaking) sink.report(true, one)
  // A member that is gone, or a keyword that cannot be compared, is found on both ways.
  const known = new Set(breaking.map(({ rule, pointer, message }) => `${rule} ${pointer} ${message}`))
  for (const one of harmless) if (!known.has(`${one.rule} ${one.pointer} ${one.message}`)) sink.report(false, one)
}

interface Breach {
  readonly rule: Rule
  readonly message: string
  readonly pointer: string
}

function found([from, into]: readonly [Flat, Flat], side: Sink['side'], fromIsOld: boolean): Breach[] {
  const comparison = new Comparison(side, fromIsOld)
  comparison.compare(from, into, [])
  return comparison.breaches
}

/** Whether every value of one schema is one of another, with the places where it is not. */
class Comparison {
  readonly breaches: Breach[] = []
  readonly #side: Sink['side']
  readonly #fromIsOld: boolean
  /** Pairs under comparison: recursive schemas come back to them. */
  readonly #above: Set<string>

  constructor(side: Sink['side'], fromIsOld: boolean, above: Iterable<string> = []) {
    this.#side = side
    this.#fromIsOld = fromIsOld
    this.#above = new Set(above)
  }

  compare(from: Flat, into: Flat, path: readonly string[]): void {
    const pair = `${keyOf(from)} ${keyOf(into)}`
    if (this.#above.has(pair)) return
    this.#above.add(pair)
    this.#fallback(from, into, path)
    const [union] = from.unions
    const [choice] = into.unions
    if (union !== undefined) for (const branch of union) this.compare(branchOf(from, union, branch), into, path)
    else if (choice !== undefined) {
      const branches = choice.map((node) => branchOf(into, choice, node))
      for (const part of partsOf(from)) this.#choose(part, branches, path)
    } else this.#flat(from, into, path)
    this.#above.delete(pair)
  }

  /** One branch must have room for it. Where none has, the one that was meant says why. */
  #choose(from: Flat, branches: readonly Flat[], path: readonly string[]): void {
    const tried = branches.map((branch) => {
      const attempt = new Comparison(this.#side, this.#fromIsOld, this.#above)
      attempt.compare(from, branch, path)
      return attempt.breaches
    })
    if (tried.some((breaches) => breaches.length === 0)) return
    const meant = tried.filter((_, at) => isMeant(from, branches[at]!))
    if (meant.length === 1) this.breaches.push(...meant[0]!)
    else this.#say('shape', this.#room(nameOf(from)), path)
  }

  #flat(from: Flat, into: Flat, path: readonly string[]): void {
    if (from.values?.length === 0) return
    if (into.values?.length === 0) return this.#say('open', this.#room('anything here'), path)
    const types = into.types === undefined ? [] : (from.types ?? [anyType]).filter((type) => !fitsType(type, into.types!))
    if (types.length > 0) {
      this.#say('type', this.#room(types.join(' and ')), path)
      if (types.length === (from.types?.length ?? 1)) return
    }
    this.#values(from, into, path)
    for (const keyword of brokenLimits(from, into))
      this.#say('limit', this.#change(keyword, from.limits[keyword], into.limits[keyword]), path)
    for (const keyword of new Set([...Object.keys(from.others), ...Object.keys(into.others)]))
      if (!isSame(from.others[keyword], into.others[keyword]))
        this.#say('incomparable', `differs in \`${keyword}\`, which cannot be compared: look at it yourself`, path)
    this.#members(from, into, path)
    this.#items(from, into, path)
  }

  #values(from: Flat, into: Flat, path: readonly string[]): void {
    if (into.values === undefined) return
    const given = from.values ?? allValues[from.types?.join() ?? '']
    if (given === undefined) return this.#say('value', this.#room(`anything but ${listed(into.values)}`), path)
    const gone = given.filter((value) => !into.values!.some((other) => isSame(value, other)))
    if (gone.length > 0) this.#say('value', this.#room(listed(gone)), path)
  }

  #members(from: Flat, into: Flat, path: readonly string[]): void {
    const [old, next] = this.#fromIsOld ? [from, into] : [into, from]
    const removed = [...old.members.keys()].filter((name) => !next.members.has(name) && !(this.#side === 'request' && isOpen(next)))
    for (const name of removed) this.#say('member-removed', 'is gone', [...path, name])
    for (const name of into.required) {
      const isNew = this.#side === 'answer' && this.#fromIsOld && !old.members.has(name)
      if (!from.required.has(name) && !removed.includes(name) && !isNew) this.#required(name, from, path)
    }
    // Only on the way on which changes are harmless: a new member of an answer breaks no one who reads what they know.
    if (this.#fromIsOld === (this.#side === 'answer'))
      for (const name of next.members.keys())
        if (!old.members.has(name) && (this.#side === 'answer' || !next.required.has(name)))
          this.#say('member-added', 'is new', [...path, name])
    for (const [name, nodes] of from.members) {
      const room = into.members.get(name) ?? into.additional
      if (room !== undefined && !removed.includes(name)) this.compare(flatten(from.root, nodes), flatten(into.root, room), [...path, name])
    }
    if (isOpen(from) && into.additional === undefined && into.named) this.#say('open', this.#room('members of any name'), path)
    else if (from.additional !== undefined && into.additional !== undefined)
      this.compare(flatten(from.root, from.additional), flatten(into.root, into.additional), [...path, '*'])
  }

  #required(name: string, from: Flat, path: readonly string[]): void {
    const isRequest = this.#side === 'request'
    const now = this.#fromIsOld
      ? isRequest
        ? 'is required now'
        : 'is always there now'
      : isRequest
        ? 'is optional now'
        : 'is no longer always there'
    const added = this.#fromIsOld && !from.members.has(name)
    this.#say('required', added && isRequest ? 'is new and required' : now, [...path, name])
  }

  #items(from: Flat, into: Flat, path: readonly string[]): void {
    for (let at = 0; at < Math.max(from.prefix.length, into.prefix.length); at++) {
      const [left, right] = [from.prefix[at] ?? from.items, into.prefix[at] ?? into.items]
      if (right !== undefined) this.compare(flatten(from.root, left ?? [true]), flatten(into.root, right), [...path, String(at)])
    }
    const isList = from.types === undefined || from.types.includes('array')
    if (into.items !== undefined && isList && from.types?.length !== 0)
      this.compare(flatten(from.root, from.items ?? [true]), flatten(into.root, into.items), [...path, '*'])
  }

  /** Whoever leaves a member out of a request means its default. */
  #fallback(from: Flat, into: Flat, path: readonly string[]): void {
    if (this.#side !== 'request' || !this.#fromIsOld || from.fallback === undefined) return
    if (into.fallback === undefined) this.#say('default', `has no default any more, it was ${literal(from.fallback.value)}`, path)
    else if (!isSame(from.fallback.value, into.fallback.value))
      this.#say('default', `default ${literal(from.fallback.value)} → ${literal(into.fallback.value)}`, path)
  }

  /** What one version has room for and the other has not. */
  #room(what: string): string {
    if (this.#side === 'request') return this.#fromIsOld ? `no longer accepts ${what}` : `accepts ${what}, too`
    return this.#fromIsOld ? `is no longer ${what}` : `may now be ${what}`
  }

  #change(keyword: string, from: unknown, into: unknown): string {
    const [old, next] = this.#fromIsOld ? [from, into] : [into, from]
    return `${keyword} ${literal(old)} → ${literal(next)}`
  }

  #say(rule: Rule, message: string, path: readonly string[]): void {
    const breach = { rule, message, pointer: toPointer(path) }
    if (!this.breaches.some((one) => one.rule === rule && one.pointer === breach.pointer && one.message === message))
      this.breaches.push(breach)
  }
}

const anyType = 'values of any type'
const allValues: Readonly<Record<string, readonly unknown[]>> = { boolean: [true, false], null: [null] }

/** Members of any name are declared, or there are none by name. */
function isOpen({ additional, named, types }: Flat): boolean {
  if (additional !== undefined) return !additional.includes(false)
  return !named && types?.includes('object') === true
}

/** A value has one type, and each may find its own branch. */
function partsOf(from: Flat): Flat[] {
  if (from.values !== undefined && from.values.length > 1)
    return from.values.map((value) => ({ ...from, values: [value], types: [typeOf(value)] }))
  return from.types !== undefined && from.types.length > 1 ? from.types.map((type) => ({ ...from, types: [type] })) : [from]
}

/** Of the branches of a union the one that shares a type, and no constant that differs. */
function isMeant(from: Flat, branch: Flat): boolean {
  if (from.types !== undefined && branch.types !== undefined && !from.types.some((type) => fitsType(type, branch.types!))) return false
  return [...from.members].every(([name, nodes]) => {
    const [left, right] = [flatten(from.root, nodes).values, flatten(branch.root, branch.members.get(name) ?? []).values]
    return left === undefined || right === undefined || left.some((value) => right.some((other) => isSame(value, other)))
  })
}

function nameOf({ types, members, root }: Flat): string {
  const constants = [...members].flatMap(([name, nodes]) => {
    const { values } = flatten(root, nodes)
    return values?.length === 1 ? [`${name} ${literal(values[0])}`] : []
  })
  return `${(types ?? [anyType]).join(' or ')}${constants.length > 0 ? ` with ${constants.join(', ')}` : ''}`
}

function listed(values: readonly unknown[]): string {
  return values.map(literal).join(', ')
}

function literal(value: unknown): string {
  return value === undefined ? 'none' : JSON.stringify(value)
}

const ids = new WeakMap<object, number>()
let lastId = 0

function keyOf({ sources }: Flat): string {
  return sources.map((node) => (typeof node === 'boolean' ? String(node) : idOf(node))).join()
}

function idOf(node: object): string {
  const known = ids.get(node)
  if (known !== undefined) return String(known)
  ids.set(node, ++lastId)
  return String(lastId)
}
