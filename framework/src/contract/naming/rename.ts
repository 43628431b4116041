import type { Named, NameTree } from './name-tree.ts'

type Members = Readonly<Record<string, unknown>>

/**
 * A value of the contract under its written names. Only what is declared and what is free-form is read: a row's undeclared `created_at`
 * must not leave in place of a declared `createdAt`.
 */
export function toWritten(tree: NameTree, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value) || value instanceof Set) return itemsOf(tree, value, toWritten)
  const members = value instanceof Map ? (Object.fromEntries(value) as Members) : plain(value)
  if (members === undefined || (tree.members.size === 0 && (tree.rest === undefined || isSilent(tree.rest)))) return value
  const entries: [string, unknown][] = []
  for (const { name, written, tree: inner } of tree.members.values()) {
    const found = name in Object.prototype && !Object.hasOwn(members, name) ? undefined : members[name]
    if (found !== undefined) entries.push([written, toWritten(inner, found)])
  }
  const { rest } = tree
  if (rest !== undefined)
    for (const name of Object.keys(members))
      if (!tree.members.has(name) && !tree.written.has(name)) entries.push([name, toWritten(rest, members[name])])
  return Object.fromEntries(entries)
}

/** The way back. What nobody named is left out, and so is a member under a name that is only the contract's: it was not written so. */
export function fromWritten(tree: NameTree, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return itemsOf(tree, value, fromWritten)
  const members = plain(value)
  if (members === undefined) return value
  // Without a prototype where there was none: strings of a query.
  const entries: [string, unknown][] = []
  for (const key of Object.keys(members)) {
    const named = tree.written.get(key)
    if (named !== undefined) entries.push([named.name, fromWritten(named.tree, members[key])])
    else if (tree.rest !== undefined && !tree.members.has(key)) entries.push([key, fromWritten(tree.rest, members[key])])
  }
  return Object.getPrototypeOf(value) === null
    ? Object.assign(Object.create(null), Object.fromEntries(entries))
    : Object.fromEntries(entries)
}

/** The steps to a place under the names of the other side, and what is known of that place. */
export function renamedPath(
  tree: NameTree,
  steps: readonly string[],
  to: 'written' | 'name',
): { steps: string[]; tree: NameTree | undefined } {
  let at: NameTree | undefined = tree
  const renamed = steps.map((step) => {
    const named: Named | undefined = (to === 'written' ? at?.members : at?.written)?.get(step)
    // `-` is the end of a list (RFC 6902).
    const item: NameTree | undefined = /^(?:\d+|-)$/.test(step) ? (at?.prefix[Number(step)] ?? at?.items) : undefined
    at = named?.tree ?? item ?? at?.rest
    return named?.[to] ?? step
  })
  return { steps: renamed, tree: at }
}

function itemsOf(tree: NameTree, items: Iterable<unknown>, each: (tree: NameTree, value: unknown) => unknown): unknown {
  if (tree.prefix.length === 0 && (tree.items === undefined || isSilent(tree.items))) return items
  return Array.from(items, (item, at) => {
    const inner = tree.prefix[at] ?? tree.items
    return inner === undefined ? item : each(inner, item)
  })
}

/** Nothing below it has a name. */
function isSilent(tree: NameTree): boolean {
  return tree.members.size === 0 && tree.prefix.length === 0 && tree.items === undefined && (tree.rest === undefined || tree.rest === tree)
}

/** Whether it is read by its members: dates, bytes, URLs and files are values as a whole. */
function plain(value: object): Members | undefined {
  if (value instanceof Date || value instanceof URL || ArrayBuffer.isView(value) || Symbol.asyncIterator in value) return undefined
  if (typeof Blob !== 'undefined' && value instanceof Blob) return undefined
  return value as Members
}
