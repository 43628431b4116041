import type { CompiledSchema, Issue, Verdict } from '../compiled-schema.ts'
import { issueAt, issueLimit } from '../issue.ts'
import { fromPointer, toPointer } from '../json-pointer.ts'
import { unknownMembers, type Path } from '../unknown-members.ts'
import type { Naming } from './naming.ts'

export interface NamedOptions {
  readonly naming: Naming
  readonly where: string
  /** As for `compileSchema`; what was not named is gone before the schema sees the value. */
  readonly unknownMembers: 'refuse' | 'drop'
}

/** A schema as callers see it: they send written names and are told about written names, and `parse` gives the contract's. */
export function namedSchema<Output>(
  schema: CompiledSchema<Output>,
  { naming, where, unknownMembers: policy }: NamedOptions,
): CompiledSchema<Output> {
  const names = naming.of(schema.input, where)
  const find = policy === 'refuse' ? unknownMembers(names.schema) : () => []
  const conclude = (verdict: Verdict<Output>, unknown: readonly Path[]): Verdict<Output> => {
    if (verdict.issues === undefined && unknown.length === 0) return verdict
    const known = (verdict.issues ?? []).map((issue): Issue => {
      const steps = names.pathToWritten(fromPointer(issue.pointer))
      return { ...issue, field: steps.join('.'), pointer: toPointer(steps) }
    })
    return { issues: [...known, ...unknown.map((path) => issueAt(path, 'unknown-member'))].slice(0, issueLimit) }
  }
  return {
    input: names.schema,
    get output() {
      return naming.of(schema.output, where).schema
    },
    parse(value) {
      const unknown = find(value)
      const verdict = schema.parse(names.fromWritten(value))
      return verdict instanceof Promise ? verdict.then((late) => conclude(late, unknown)) : conclude(verdict, unknown)
    },
  }
}
