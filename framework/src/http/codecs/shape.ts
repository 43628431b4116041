import type { JsonSchema } from '../../contract/compiled-schema.ts'
import { fits } from '../../contract/json-writer/interpret.ts'
import { planOf, type Plan } from '../../contract/json-writer/plan.ts'
import { jsonWriter } from '../../contract/json-writer.ts'
import { BadRequest } from '../../contract/problems.ts'
import { AppError } from '../../std/errors.ts'

/** Deeper than this no body is read, whatever the format. */
export const deepest = 64

/** What a schema lets out, as plain JSON values: only what is declared leaves, in any format. */
export function declaredBy(schema: JsonSchema): { plan: Plan; declared: (value: unknown) => unknown } {
  const write = jsonWriter(schema)
  return { plan: planOf(schema), declared: (value) => JSON.parse(write(value)) as unknown }
}

/** The branch of a union that a value was written by, or undefined where it fits none. */
export function branchOf(plan: Plan, value: unknown): Plan | undefined {
  return plan.kind === 'union' ? plan.branches.find((branch) => fits(branch, value)) : plan
}

/** The plan of one member, whether it is named, found by pattern or one of the rest. */
export function memberPlan(plan: Extract<Plan, { kind: 'object' }>, name: string): Plan | undefined {
  return (
    plan.members.find((member) => member.name === name)?.plan ?? plan.patterns.find(([pattern]) => pattern.test(name))?.[1] ?? plan.rest
  )
}

/** Reads bytes that may be anything: whatever a library throws at them is the sender's mistake. */
export function reading<Value>(mediaType: string, read: (bytes: Uint8Array) => Value): (bytes: Uint8Array) => Value {
  return (bytes) => {
    try {
      return read(bytes)
    } catch (cause) {
      if (cause instanceof AppError) throw cause
      throw BadRequest({ cause, detail: `The body is not well-formed ${mediaType}.` })
    }
  }
}

/** What a body is called in formats that name their types: as its author calls it, or else by where it stands. */
export function typeNameOf({ title, $ref }: JsonSchema, where: string): string {
  if (typeof title === 'string') return pascal(title)
  return pascal(typeof $ref === 'string' && $ref !== '#' ? $ref.slice($ref.lastIndexOf('/') + 1) : where.toLowerCase())
}

export function pascal(words: string): string {
  return words
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('')
}
