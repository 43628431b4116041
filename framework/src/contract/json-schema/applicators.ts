import type { JsonSchema } from '../compiled-schema.ts'
import { addSeen, breach, holds, inside, isObject, nothingSeen, type Check, type CodedIssue, type Run, type Seen } from './run.ts'
import type { Node } from './resources.ts'

/** Compiles a schema inside of the one that is being compiled. */
export type Compile = (node: Node) => Check
export type ApplicatorCompiler = (value: any, compile: Compile, schema: JsonSchema) => Check | undefined

/** Keywords that apply other schemas to the same value. */
export const inPlace: Readonly<Record<string, ApplicatorCompiler>> = {
  allOf: (parts: readonly Node[], compile) => {
    const checks = parts.map(compile)
    return (value, run, seen) => every(checks, (check) => check(value, run, seen), run.issues !== undefined)
  },
  anyOf: (parts: readonly Node[], compile) => union(parts.map(compile), (count) => count > 0),
  oneOf: (parts: readonly Node[], compile) => union(parts.map(compile), (count) => count === 1),
  not: (part: Node, compile) => {
    const check = compile(part)
    return (value, run) => !holds(check, value, run, undefined) || breach(run, 'no-match')
  },
  if: (condition: Node, compile, schema) => {
    const check = compile(condition)
    const [yes, no] = ['then', 'else'].map((keyword) => (schema[keyword] === undefined ? undefined : compile(schema[keyword] as Node)))
    return (value, run, seen) => {
      const tried = seen && nothingSeen()
      const met = holds(check, value, run, tried)
      if (met && tried) addSeen(seen, tried)
      const branch = met ? yes : no
      return branch === undefined || branch(value, run, seen)
    }
  },
  dependentSchemas: (parts: Readonly<Record<string, Node>>, compile) => {
    const checks = Object.entries(parts).map(([name, part]) => [name, compile(part)] as const)
    return (value, run, seen) =>
      !isObject(value) || every(checks, ([name, check]) => !Object.hasOwn(value, name) || check(value, run, seen), run.issues !== undefined)
  },
}

/** Keywords that apply schemas to the members or items of the value. */
export const intoParts: Readonly<Record<string, ApplicatorCompiler>> = {
  properties: (parts: Readonly<Record<string, Node>>, compile) => {
    const checks = Object.keys(parts).map((name) => [name, compile(parts[name]!)] as const)
    return (value, run, seen) => {
      if (!isObject(value)) return true
      let valid = true
      for (const [name, check] of checks) {
        if (!Object.hasOwn(value, name)) continue
        seen?.members.add(name)
        if (inside(check, value[name], run, name)) continue
        valid = false
        if (run.issues === undefined) return false
      }
      return valid
    }
  },
  patternProperties: (parts: Readonly<Record<string, Node>>, compile) => {
    const checks = Object.entries(parts).map(([pattern, part]) => [new RegExp(pattern, 'u'), compile(part)] as const)
    return (value, run, seen) =>
      eachMember(value, (name, member) =>
        every(
          checks,
          ([pattern, check]) => {
            if (!pattern.test(name)) return true
            seen?.members.add(name)
            return inside(check, member, run, name)
          },
          run.issues !== undefined,
        ),
      )
  },
  additionalProperties: (part: Node, compile, schema) => {
    const check = compile(part)
    const named = new Set(Object.keys((schema['properties'] ?? {}) as object))
    const patterns = Object.keys((schema['patternProperties'] ?? {}) as object).map((pattern) => new RegExp(pattern, 'u'))
    return (value, run, seen) =>
      eachMember(value, (name, member) => {
        if (named.has(name) || patterns.some((pattern) => pattern.test(name))) return true
        seen?.members.add(name)
        return part === false ? breach(run, 'unknown-member', undefined, name) : inside(check, member, run, name)
      })
  },
  propertyNames: (part: Node, compile) => {
    const check = compile(part)
    return (value, run) => eachMember(value, (name) => holds(check, name, run, undefined) || breach(run, 'invalid', undefined, name))
  },
  prefixItems: (parts: readonly Node[], compile) => {
    const checks = parts.map(compile)
    return (value, run, seen) => {
      if (!Array.isArray(value)) return true
      if (seen) seen.items = Math.max(seen.items, Math.min(checks.length, value.length))
      return every(checks.slice(0, value.length), (check, i) => inside(check, value[i], run, i), run.issues !== undefined)
    }
  },
  items: (part: Node, compile, schema) => {
    const check = compile(part)
    const from = ((schema['prefixItems'] ?? []) as readonly Node[]).length
    return (value, run, seen) => {
      if (!Array.isArray(value)) return true
      if (seen) seen.items = Math.max(seen.items, value.length)
      if (part === false) return value.length <= from || breach(run, 'too-long', { maxItems: from })
      let valid = true
      for (let i = from; i < value.length; i++) {
        if (inside(check, value[i], run, i)) continue
        valid = false
        if (run.issues === undefined) return false
      }
      return valid
    }
  },
  contains: (part: Node, compile, schema) => {
    const check = compile(part)
    const least = (schema['minContains'] ?? 1) as number
    const most = (schema['maxContains'] ?? Infinity) as number
    return (value, run, seen) => {
      if (!Array.isArray(value)) return true
      const found = value.flatMap((item, i) => (holds(check, item, run, undefined) ? [i] : []))
      for (const index of found) seen?.contained.add(index)
      return (found.length >= least && found.length <= most) || breach(run, 'no-match')
    }
  },
}

/** What looks at the rest, after everything else had its turn. */
export const afterAll: Readonly<
  Record<string, (part: Node, compile: Compile) => (value: unknown, run: Parameters<Check>[1], seen: Seen) => boolean>
> = {
  unevaluatedProperties: (part, compile) => {
    const check = compile(part)
    return (value, run, seen) => {
      const valid = eachMember(value, (name, member) => {
        if (seen.allMembers || seen.members.has(name)) return true
        return part === false ? breach(run, 'unknown-member', undefined, name) : inside(check, member, run, name)
      })
      seen.allMembers = true
      return valid
    }
  },
  unevaluatedItems: (part, compile) => {
    const check = compile(part)
    return (value, run, seen) => {
      if (!Array.isArray(value)) return true
      let valid = true
      for (let i = seen.items; i < value.length; i++) {
        if (!seen.contained.has(i) && !inside(check, value[i], run, i)) valid = false
      }
      seen.items = value.length
      return valid
    }
  },
}

/** Of a union that does not match, the branch that was meant says why; where none stands out only that is said, for the reasons of all would contradict each other. */
function union(checks: readonly Check[], fits: (count: number) => boolean): Check {
  return (value, run, seen) => {
    let count = 0
    for (const check of checks) {
      const tried = seen && nothingSeen()
      if (!holds(check, value, run, tried)) continue
      count++
      if (tried) addSeen(seen, tried)
    }
    if (fits(count)) return true
    const reasons = count === 0 && run.issues !== undefined ? reasonsOfMeant(checks, value, run) : undefined
    if (reasons === undefined) return breach(run, 'no-match')
    run.issues!.push(...reasons)
    return false
  }
}

/** What is wrong with the only branch whose type and constant members fit; undefined when there is no such one. */
function reasonsOfMeant(checks: readonly Check[], value: unknown, run: Run): readonly CodedIssue[] | undefined {
  const { issues } = run
  const meant = checks
    .map((check) => {
      const found: CodedIssue[] = (run.issues = [])
      check(value, run, nothingSeen())
      return found
    })
    .filter(
      (found) => !found.some(({ code, path }) => code === 'not-one-of' || (code === 'invalid-type' && path!.length === run.path.length)),
    )
  run.issues = issues
  return meant.length === 1 ? meant[0] : undefined
}

function every<Item>(items: readonly Item[], test: (item: Item, i: number) => boolean, goOn: boolean): boolean {
  let valid = true
  for (let i = 0; i < items.length; i++) {
    if (test(items[i]!, i)) continue
    valid = false
    if (!goOn) return false
  }
  return valid
}

function eachMember(value: unknown, test: (name: string, member: unknown) => boolean): boolean {
  if (!isObject(value)) return true
  let valid = true
  for (const name of Object.keys(value)) if (!test(name, value[name])) valid = false
  return valid
}
