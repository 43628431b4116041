import type { Problem } from '../problem.ts'
import { toJsonSchema } from '../to-json-schema.ts'
import type { Naming, WrittenNames } from './naming.ts'

/** The fields of a problem; undefined where it has none. Standard members and `errors` are free-form beside them, and keep their names. */
export function problemNames({ type, fields }: Problem, naming: Naming): WrittenNames | undefined {
  if (fields === undefined) return undefined
  const where = `problem ${type}`
  return naming.of({ ...toJsonSchema(fields, where, 'output'), additionalProperties: true }, where)
}
