import type { JsonSchema } from '../compiled-schema.ts'
import { followRef, isSchema } from '../json-pointer.ts'

/** One operation of a document, with what its path and the document say for it. */
export interface DocumentOperation {
  /** `POST /orders/{id}` */
  readonly name: string
  readonly operation: JsonSchema
  /** By where they are and what they are called; of a path by their position, because their names are not sent. */
  readonly parameters: ReadonlyMap<string, JsonSchema>
  /** Any of these lets a caller in; each is the names of schemes with their scopes. */
  readonly security: readonly (readonly string[])[]
}

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']

/** Every operation of an OpenAPI document, by method and the shape of its path. */
export function operationsOf(document: JsonSchema): Map<string, DocumentOperation> {
  const found = new Map<string, DocumentOperation>()
  for (const [path, item] of Object.entries(objectOf(document['paths']))) {
    for (const method of methods) {
      const operation = objectOf(item)[method]
      if (operation === undefined) continue
      const upper = method.toUpperCase()
      found.set(`${upper} ${path.replaceAll(/\{[^}]*\}/g, '{}')}`, {
        name: `${upper} ${path}`,
        operation: objectOf(operation),
        parameters: parametersOf(document, path, [...listOf(objectOf(item)['parameters']), ...listOf(objectOf(operation)['parameters'])]),
        security: securityOf(objectOf(operation)['security'] ?? document['security']),
      })
    }
  }
  return found
}

/** What stands there, or what a reference that stands there leads to. */
export function resolved(document: JsonSchema, value: unknown): JsonSchema {
  const { $ref: ref, ...own } = objectOf(value)
  return typeof ref === 'string' ? { ...objectOf(followRef(document, ref)), ...own } : own
}

export function objectOf(value: unknown): JsonSchema {
  return isSchema(value) && typeof value === 'object' ? value : {}
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

function parametersOf(document: JsonSchema, path: string, list: readonly unknown[]): Map<string, JsonSchema> {
  const inPath = [...path.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name)
  return new Map(
    list.map((one) => {
      const parameter = resolved(document, one)
      const { in: place, name } = parameter as { in: string; name: string }
      if (place === 'path') return [`path ${inPath.indexOf(name) + 1}`, parameter]
      return [`${place} ${place === 'header' ? name.toLowerCase() : name}`, parameter]
    }),
  )
}

function securityOf(requirements: unknown): string[][] {
  const list = listOf(requirements)
  if (list.length === 0) return [[]]
  return list.map((one) =>
    Object.entries(objectOf(one)).flatMap(([scheme, scopes]) => [scheme, ...listOf(scopes).map((scope) => `${scheme}:${String(scope)}`)]),
  )
}
