/** Equality of JSON values (JSON Schema core, 4.2.2): numbers by value, members in any order. */
export function isEqual(one: unknown, other: unknown): boolean {
  if (one === other) return true
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false
  if (Array.isArray(one) || Array.isArray(other)) {
    if (!Array.isArray(one) || !Array.isArray(other) || one.length !== other.length) return false
    return one.every((item, i) => isEqual(item, other[i]))
  }
  const names = Object.keys(one)
  if (names.length !== Object.keys(other).length) return false
  return names.every(
    (name) => Object.hasOwn(other, name) && isEqual((one as Record<string, unknown>)[name], (other as Record<string, unknown>)[name]),
  )
}

/** Whether two items are equal. Scalars are compared by a set, so that a long list of them costs no square of its length. */
export function hasDuplicates(items: readonly unknown[]): boolean {
  const scalars = new Set<unknown>()
  const structures: unknown[] = []
  for (const item of items) {
    if (typeof item === 'object' && item !== null) {
      if (structures.some((other) => isEqual(item, other))) return true
      structures.push(item)
    } else {
      if (scalars.has(item)) return true
      scalars.add(item)
    }
  }
  return false
}
