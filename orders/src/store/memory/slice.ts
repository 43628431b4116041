import { InvalidCursor } from 'throughline/contract'
import type { Found, Stretch } from '../../domain/page.ts'

type Key = readonly (string | number)[]

export interface Order<Item> {
  /** Ends with something unique. */
  readonly key: (item: Item) => Key
  /** One for each part of the key. */
  readonly descending: readonly boolean[]
  /** What cursors belong to. */
  readonly scope: unknown
}

/** Sorts `items` and cuts a stretch out of them. */
export function slice<Item>(items: readonly Item[], order: Order<Item>, stretch: Stretch): Found<Item> {
  const compare = comparison(order.descending)
  const sorted = items.toSorted((one, other) => compare(order.key(one), order.key(other)))
  const start = 'offset' in stretch ? stretch.offset : startAfter(sorted, order, stretch.after)
  const found = sorted.slice(start, start + stretch.limit)
  const last = found.at(-1)
  const more = last !== undefined && sorted.length > start + stretch.limit
  return { items: found, next: more ? encode({ scope: order.scope, key: order.key(last) }) : undefined }
}

function startAfter<Item>(sorted: readonly Item[], order: Order<Item>, cursor: string): number {
  if (cursor === '') return 0
  const key = decode(cursor, order.scope)
  const compare = comparison(order.descending)
  const start = sorted.findIndex((item) => compare(order.key(item), key) > 0)
  return start === -1 ? sorted.length : start
}

function comparison(descending: readonly boolean[]) {
  return (one: Key, other: Key): number => {
    const at = one.findIndex((part, index) => part !== other[index])
    if (at === -1) return 0
    return one[at]! < other[at]! === !descending[at] ? -1 : 1
  }
}

function encode(cursor: { scope: unknown; key: Key }): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url')
}

function decode(cursor: string, scope: unknown): Key {
  try {
    const found = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as { scope: unknown; key: Key }
    if (JSON.stringify(found.scope) === JSON.stringify(scope) && Array.isArray(found.key)) return found.key
  } catch {
    // Not one of ours.
  }
  throw InvalidCursor()
}
