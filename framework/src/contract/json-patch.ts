import { PatchFailed } from './problems.ts'

/** One step of a JSON Patch (RFC 6902). Places are JSON pointers (RFC 6901). */
export type JsonPatchOperation =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string }
  | { readonly op: 'move' | 'copy'; readonly from: string; readonly path: string }

type Container = unknown[] | Record<string, unknown>

/**
 * The document after all operations. The given one is not changed: either all operations fit, or `PatchFailed` (409) names the one that does not.
 *
 * ```ts
 * import { applyJsonPatch } from 'throughline/contract'
 *
 * applyJsonPatch({ name: 'Alice' }, [{ op: 'test', path: '/name', value: 'Alice' }, { op: 'replace', path: '/name', value: 'Bob' }])
 * ```
 */
export function applyJsonPatch(document: unknown, operations: readonly JsonPatchOperation[]): unknown {
  // One container around it, so that the whole document is a member like any other.
  const root = { document: structuredClone(document) }
  operations.forEach((operation, index) => {
    if (!apply(root, operation)) throw PatchFailed({ operation: index, pointer: String(operation.path) })
  })
  return root.document
}

/** Whether it fits. */
function apply(root: Container, operation: JsonPatchOperation): boolean {
  const path = steps(operation.path)
  if (path === undefined) return false
  switch (operation.op) {
    case 'add':
      return 'value' in operation && add(root, path, structuredClone(operation.value))
    case 'replace':
      return 'value' in operation && replace(root, path, structuredClone(operation.value))
    case 'test': {
      const found = find(root, path)
      return found !== undefined && 'value' in operation && isEqual(found.value, operation.value)
    }
    case 'remove':
      return path.length > 1 && remove(root, path)
    case 'move':
    case 'copy': {
      const from = steps(operation.from)
      const source = from && find(root, from)
      if (source === undefined) return false
      if (operation.op === 'copy') return add(root, path, structuredClone(source.value))
      if (operation.from === operation.path) return true
      // Nothing can be moved into itself; the whole document could go nowhere else.
      if (operation.path.startsWith(`${operation.from}/`)) return false
      return remove(root, from!) && add(root, path, source.value)
    }
    default:
      return false
  }
}

/** The tokens of a pointer, below `document`; undefined when it is none. */
function steps(pointer: unknown): string[] | undefined {
  if (typeof pointer !== 'string' || (pointer !== '' && !pointer.startsWith('/')) || /~(?![01])/.test(pointer)) return undefined
  return ['document', ...pointer.split('/').slice(1)].map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function find(root: Container, path: readonly string[]): { value: unknown } | undefined {
  let value: unknown = root
  for (const step of path) {
    if (!isContainer(value) || !has(value, step)) return undefined
    value = value[step as never]
  }
  return { value }
}

function add(root: Container, path: readonly string[], value: unknown): boolean {
  const parent = find(root, path.slice(0, -1))?.value
  const last = path.at(-1)!
  if (!isContainer(parent)) return false
  if (!Array.isArray(parent)) return put(parent, last, value)
  const at = last === '-' ? parent.length : toIndex(last)
  if (at === undefined || at > parent.length) return false
  parent.splice(at, 0, value)
  return true
}

function replace(root: Container, path: readonly string[], value: unknown): boolean {
  const parent = find(root, path.slice(0, -1))?.value
  const last = path.at(-1)!
  if (!isContainer(parent) || !has(parent, last)) return false
  if (!Array.isArray(parent)) return put(parent, last, value)
  parent[Number(last)] = value
  return true
}

function remove(root: Container, path: readonly string[]): boolean {
  const parent = find(root, path.slice(0, -1))?.value
  const last = path.at(-1)!
  if (!isContainer(parent) || !has(parent, last)) return false
  if (Array.isArray(parent)) parent.splice(Number(last), 1)
  else delete parent[last]
  return true
}

// Defined and not assigned: `__proto__` is a name like any other, and no way to the prototype.
function put(object: Record<string, unknown>, name: string, value: unknown): true {
  Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true })
  return true
}

function has(container: Container, step: string): boolean {
  if (!Array.isArray(container)) return Object.hasOwn(container, step)
  const at = toIndex(step)
  return at !== undefined && at < container.length
}

function toIndex(token: string): number | undefined {
  return /^(?:0|[1-9]\d{0,8})$/.test(token) ? Number(token) : undefined
}

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null
}

function isEqual(left: unknown, right: unknown): boolean {
  if (!isContainer(left) || !isContainer(right)) return left === right
  if (Array.isArray(left) !== Array.isArray(right)) return false
  const names = Object.keys(left)
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && isEqual(left[name as never], right[name as never]))
  )
}
