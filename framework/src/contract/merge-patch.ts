/** A merge patch of a value: any of its members, `null` for one that is to go (RFC 7396). Lists are replaced whole. */
export type MergePatch<Value> = Value extends readonly unknown[]
  ? Value
  : Value extends object
    ? { readonly [Name in keyof Value]?: MergePatch<Value[Name]> | null }
    : Value

/**
 * The value after a merge patch (RFC 7396). Nothing given is changed.
 *
 * ```ts
 * import { applyMergePatch } from 'throughline/contract'
 *
 * applyMergePatch({ name: 'Alice', phone: '1' }, { phone: null }) // { name: 'Alice' }
 * ```
 */
export function applyMergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch
  const merged = new Map(isObject(target) ? Object.entries(target) : [])
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name)
    else merged.set(name, applyMergePatch(merged.get(name), value))
  }
  // Made at once and not assigned: `__proto__` stays a name like any other.
  return Object.fromEntries(merged)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
