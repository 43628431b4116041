import { BootError } from '../../std/errors.ts'
import type { JsonSchema } from '../compiled-schema.ts'

export type Node = JsonSchema | boolean

/** One schema resource: what an `$id` names, and the names inside of it. */
export interface Resource {
  readonly uri: string
  readonly root: Node
  readonly anchors: Map<string, JsonSchema>
  readonly dynamicAnchors: Map<string, JsonSchema>
  /** Whether its dialect has the validation vocabulary; without it `minimum` and its like say nothing. */
  readonly validates: boolean
}

export interface Target {
  readonly node: Node
  readonly resource: Resource
  /** The name, when it was found as a `$dynamicAnchor`. */
  readonly dynamicName: string | undefined
}

const single = ['additionalProperties', 'unevaluatedProperties', 'items', 'contains', 'unevaluatedItems', 'propertyNames', 'not', 'if', 'then', 'else', 'contentSchema'] // prettier-ignore
const lists = ['allOf', 'anyOf', 'oneOf', 'prefixItems']
const maps = ['properties', 'patternProperties', 'dependentSchemas', '$defs', 'definitions']
const validation = 'https://json-schema.org/draft/2020-12/vocab/validation'

/** Base of what has no `$id`: relative references need something to be relative to. */
export const anonymous = 'schema://anonymous/'

/** All documents that one schema may refer to, found by URI (JSON Schema 2020-12 core, sections 8 and 9). Nothing is ever fetched. */
export class Resources {
  readonly #byUri = new Map<string, Resource>()
  readonly #owners = new WeakMap<JsonSchema, Resource>()
  readonly #documents: ReadonlyMap<string, JsonSchema>
  /** Whether any document asks for the dynamic scope: only then is it kept. */
  dynamic = false
  /** Whether every document's dialect has the validation vocabulary. */
  validate = true

  constructor(documents: ReadonlyMap<string, JsonSchema>) {
    this.#documents = documents
  }

  /** Indexes a document, and gives the resource at its root. */
  add(document: Node, uri: string): Resource {
    const id = typeof document === 'object' && typeof document['$id'] === 'string' ? document['$id'] : ''
    const resource = this.#open(document, resolve(id, uri))
    this.#byUri.set(bare(uri), resource)
    return resource
  }

  /** What `ref` means inside of `from`. Throws a `BootError` when it means nothing. */
  find(ref: string, from: Resource): Target {
    const full = resolve(ref, from.uri)
    const hash = full.indexOf('#')
    const fragment = hash < 0 ? '' : decodeURIComponent(full.slice(hash + 1))
    const resource = this.#resource(bare(full), ref)
    if (fragment === '') return { node: resource.root, resource, dynamicName: undefined }
    if (fragment.startsWith('/')) return this.#follow(resource, fragment, ref)
    const node = resource.anchors.get(fragment)
    if (node === undefined) throw missing(ref)
    return { node, resource, dynamicName: resource.dynamicAnchors.has(fragment) ? fragment : undefined }
  }

  /** What the `$ref` of a schema leads to, when it is known which resource that belongs to: a pointer may lead where no schema is expected. */
  follow(schema: JsonSchema, otherwise: Resource): Node | undefined {
    const { node } = this.find(schema['$ref'] as string, this.ownerOf(schema, otherwise))
    return typeof node === 'boolean' || this.#owners.has(node) ? node : undefined
  }

  /** The resource that a part of a document belongs to. */
  ownerOf(node: JsonSchema, otherwise: Resource): Resource {
    return this.#owners.get(node) ?? otherwise
  }

  #resource(uri: string, ref: string): Resource {
    const known = this.#byUri.get(uri)
    if (known !== undefined) return known
    const document = this.#documents.get(uri)
    if (document === undefined) throw missing(ref)
    return this.add(document, uri)
  }

  #follow(start: Resource, pointer: string, ref: string): Target {
    let node: unknown = start.root
    let resource = start
    for (const step of pointer.slice(1).split('/')) {
      const name = step.replaceAll('~1', '/').replaceAll('~0', '~')
      if (typeof node !== 'object' || node === null || !Object.hasOwn(node, name)) throw missing(ref)
      node = (node as Record<string, unknown>)[name]
      if (typeof node === 'object' && node !== null) resource = this.#owners.get(node as JsonSchema) ?? resource
    }
    if (typeof node !== 'boolean' && (typeof node !== 'object' || node === null)) throw missing(ref)
    return { node: node as Node, resource, dynamicName: undefined }
  }

  #open(root: Node, uri: string): Resource {
    const resource: Resource = { uri: bare(uri), root, anchors: new Map(), dynamicAnchors: new Map(), validates: this.#validates(root) }
    this.#byUri.set(resource.uri, resource)
    this.validate &&= resource.validates
    if (typeof root === 'object') this.#walk(root, resource, true)
    return resource
  }

  #walk(node: JsonSchema, owner: Resource, isRoot: boolean): void {
    const id = node['$id']
    if (!isRoot && typeof id === 'string') {
      this.#open(node, resolve(id, owner.uri))
      return
    }
    this.#owners.set(node, owner)
    const { $anchor, $dynamicAnchor, $dynamicRef } = node
    if (typeof $anchor === 'string') owner.anchors.set($anchor, node)
    if (typeof $dynamicAnchor === 'string') {
      owner.anchors.set($dynamicAnchor, node)
      owner.dynamicAnchors.set($dynamicAnchor, node)
    }
    if ($dynamicRef !== undefined) this.dynamic = true
    for (const part of subschemas(node)) this.#walk(part, owner, false)
  }

  #validates(root: Node): boolean {
    const dialect = typeof root === 'object' ? root['$schema'] : undefined
    const meta = typeof dialect === 'string' ? this.#documents.get(bare(dialect)) : undefined
    const vocabulary = meta?.['$vocabulary']
    return typeof vocabulary !== 'object' || vocabulary === null || Object.hasOwn(vocabulary, validation)
  }
}

/** The schemas directly inside of a schema. */
function subschemas(node: JsonSchema): JsonSchema[] {
  const found: unknown[] = single.map((keyword) => node[keyword])
  for (const keyword of lists) if (Array.isArray(node[keyword])) found.push(...(node[keyword] as unknown[]))
  for (const keyword of maps) if (typeof node[keyword] === 'object' && node[keyword] !== null) found.push(...Object.values(node[keyword]))
  return found.filter((part): part is JsonSchema => typeof part === 'object' && part !== null && !Array.isArray(part))
}

function resolve(ref: string, base: string): string {
  try {
    return new URL(ref, base).href
  } catch (cause) {
    throw missing(ref, cause)
  }
}

function bare(uri: string): string {
  const hash = uri.indexOf('#')
  return hash < 0 ? uri : uri.slice(0, hash)
}

function missing(ref: string, cause?: unknown): BootError {
  return new BootError('contract-invalid', `A JSON Schema refers to ${ref}, which is not there.`, {
    fix: 'Correct the reference, or hand the document over: schema(json, { documents: { uri: document } }). Nothing is fetched.',
    cause,
  })
}
