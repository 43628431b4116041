interface Batch<Key, Value> {
  readonly found: Map<Key, Promise<Value | undefined>>
  waiting: Waiting<Key, Value>[]
}

interface Waiting<Key, Value> {
  readonly key: Key
  readonly resolve: (value: Value | undefined) => void
  readonly reject: (error: unknown) => void
}

/**
 * Turns a function that loads many into one that loads one: what is asked for in the same moment is loaded in one call,
 * and what `scope` was asked for before is not loaded again. `scope` is usually the request's context.
 *
 * What `load` does not return is undefined. After a failed call the next one tries again.
 *
 * ```ts
 * import { loader } from 'throughline/std'
 *
 * const nameOf = loader(async (ids: readonly string[]) => new Map(ids.map((id) => [id, `user ${id}`])))
 * export const names = (c: object) => Promise.all(['1', '2', '1'].map((id) => nameOf(c, id)))
 * ```
 */
export function loader<Key, Value>(
  load: (keys: readonly Key[], scope: object) => Promise<ReadonlyMap<Key, Value>>,
  options: {
    /** How many keys one call gets. Default 1,000. */
    max?: number
  } = {},
): (scope: object, key: Key) => Promise<Value | undefined> {
  const { max = 1000 } = options
  const batches = new WeakMap<object, Batch<Key, Value>>()

  async function loadSome(scope: object, { found }: Batch<Key, Value>, some: readonly Waiting<Key, Value>[]): Promise<void> {
    try {
      const values = await load(
        some.map(({ key }) => key),
        scope,
      )
      for (const { key, resolve } of some) resolve(values.get(key))
    } catch (error) {
      for (const { key, reject } of some) {
        found.delete(key)
        reject(error)
      }
    }
  }

  function flush(scope: object, batch: Batch<Key, Value>): void {
    const { waiting } = batch
    batch.waiting = []
    for (let i = 0; i < waiting.length; i += max) void loadSome(scope, batch, waiting.slice(i, i + max))
  }

  return (scope, key) => {
    let batch = batches.get(scope)
    if (batch === undefined) batches.set(scope, (batch = { found: new Map(), waiting: [] }))
    let value = batch.found.get(key)
    if (value === undefined) {
      const { waiting, found } = batch
      // Behind all promises that are already settled, so that loads after an `await` of each of many still meet.
      if (waiting.length === 0) queueMicrotask(() => process.nextTick(flush, scope, batch))
      value = new Promise((resolve, reject) => waiting.push({ key, resolve, reject }))
      found.set(key, value)
    }
    return value
  }
}
