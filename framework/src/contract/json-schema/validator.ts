import type { JsonSchema } from '../compiled-schema.ts'
import { afterAll, inPlace, intoParts } from './applicators.ts'
import { flatCheck } from './flat-check.ts'
import { assertedFormat, assertions } from './assertions.ts'
import { Resources, type Node, type Resource } from './resources.ts'
import { addSeen, breach, nothingSeen, type Check, type CodedIssue, type Run, type Seen } from './run.ts'

export interface ValidatorOptions {
  /** Other documents, by URI, that the schema may refer to. */
  documents: ReadonlyMap<string, JsonSchema>
  /** Whether `format` is asserted. */
  formats: boolean
}

/** Compiles JSON Schema 2020-12: `undefined` when a value is valid, else every breach. */
export function validator(json: Node, uri: string, options: ValidatorOptions): (value: unknown) => CodedIssue[] | undefined {
  const { check, flat } = new Compiler(options).document(json, uri)
  return (value) => {
    // The common case first: the verdict alone makes no paths, sets or issues.
    if (flat(value, { issues: undefined, path: [], scope: [] }, undefined)) return undefined
    const run: Run = { issues: [], path: [], scope: [] }
    check(value, run, undefined)
    return run.issues
  }
}

class Compiler {
  readonly #resources: Resources
  readonly #formats: boolean
  readonly #checks = new WeakMap<JsonSchema, Check>()

  constructor({ documents, formats }: ValidatorOptions) {
    this.#resources = new Resources(documents)
    this.#formats = formats
  }

  /** The whole check, and the verdict alone by the shortest way. */
  document(json: Node, uri: string): { check: Check; flat: Check } {
    const resource = this.#resources.add(json, uri)
    const check = this.#compile(json, resource)
    // Generated code keeps no dynamic scope, and knows no dialect without `minimum` and its like.
    const able = this.#resources.validate && !this.#resources.dynamic
    const follow = (schema: JsonSchema) => this.#resources.follow(schema, resource)
    const flat = able ? flatCheck(json, (part) => this.#compile(part, resource), { notes: !this.#formats, follow }) : undefined
    return { check, flat: flat ?? check }
  }

  #compile(node: Node, within: Resource): Check {
    if (typeof node === 'boolean') return node ? () => true : (_value, run) => breach(run, 'invalid')
    const known = this.#checks.get(node)
    if (known !== undefined) return known
    // Schemas refer to each other in circles: whoever comes back here meanwhile gets a check that looks the real one up when it runs.
    this.#checks.set(node, (value, run, seen) => this.#checks.get(node)!(value, run, seen))
    const owner = this.#resources.ownerOf(node, within)
    const check = this.#scoped(this.#keywords(node, owner), owner)
    this.#checks.set(node, check)
    return check
  }

  #keywords(schema: JsonSchema, resource: Resource): Check {
    const compile = (part: Node) => this.#compile(part, resource)
    const checks: Check[] = []
    const last: ((value: unknown, run: Run, seen: Seen) => boolean)[] = []
    for (const [keyword, value] of Object.entries(schema)) {
      const check = this.#keyword(keyword, value, { schema, resource, compile })
      if (check !== undefined) checks.push(check)
      if (Object.hasOwn(afterAll, keyword)) last.push(afterAll[keyword]!(value as Node, compile))
    }
    if (last.length > 0) return withRest(checks, last)
    if (checks.length === 1) return checks[0]!
    return (value, run, seen) => all(checks, value, run, seen)
  }

  #keyword(
    keyword: string,
    value: unknown,
    { schema, resource, compile }: { schema: JsonSchema; resource: Resource; compile: (part: Node) => Check },
  ): Check | undefined {
    if (keyword === '$ref') return this.#reference(value as string, resource)
    if (keyword === '$dynamicRef') return this.#dynamicReference(value as string, resource)
    if (keyword === 'format') return this.#formats ? assertedFormat(value, schema) : undefined
    if (Object.hasOwn(assertions, keyword)) return resource.validates ? assertions[keyword]!(value, schema) : undefined
    if (Object.hasOwn(inPlace, keyword)) return inPlace[keyword]!(value, compile, schema)
    if (Object.hasOwn(intoParts, keyword)) return intoParts[keyword]!(value, compile, schema)
    return undefined
  }

  #reference(ref: string, from: Resource): Check {
    const { node, resource } = this.#resources.find(ref, from)
    return this.#compile(node, resource)
  }

  /** The outermost resource on the way here that has the name decides (core, 8.2.3.2): so can a schema extend a recursive one. */
  #dynamicReference(ref: string, from: Resource): Check {
    const { node, resource, dynamicName } = this.#resources.find(ref, from)
    const fixed = this.#compile(node, resource)
    if (dynamicName === undefined) return fixed
    return (value, run, seen) => {
      const outermost = run.scope.find((entered) => entered.dynamicAnchors.has(dynamicName))
      const check = outermost === undefined ? fixed : this.#compile(outermost.dynamicAnchors.get(dynamicName)!, outermost)
      return check(value, run, seen)
    }
  }

  #scoped(check: Check, resource: Resource): Check {
    if (!this.#resources.dynamic) return check
    return (value, run, seen) => {
      if (run.scope.at(-1) === resource) return check(value, run, seen)
      run.scope.push(resource)
      const valid = check(value, run, seen)
      run.scope.pop()
      return valid
    }
  }
}

function all(checks: readonly Check[], value: unknown, run: Run, seen: Seen | undefined): boolean {
  let valid = true
  for (const check of checks) {
    if (check(value, run, seen)) continue
    valid = false
    if (run.issues === undefined) return false
  }
  return valid
}

/** `unevaluated…` looks at what the keywords beside it, and the schemas that they applied, have not looked at. */
function withRest(checks: readonly Check[], last: readonly ((value: unknown, run: Run, seen: Seen) => boolean)[]): Check {
  return (value, run, seen) => {
    const own = nothingSeen()
    let valid = all(checks, value, run, own)
    for (const check of last) if (!check(value, run, own)) valid = false
    if (valid && seen) addSeen(seen, own)
    return valid
  }
}
