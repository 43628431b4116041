import type { Codec } from '../../contract/codec.ts'
import type { JsonSchema } from '../../contract/compiled-schema.ts'
import { followRef, isSchema } from '../../contract/json-pointer.ts'
import { jsonWriter } from '../../contract/json-writer.ts'
import { BootError } from '../../std/errors.ts'
import { escapeCsv } from '../../std/escape/csv.ts'

/** RFC 4180: a header line, then a line an item. A member that is an object becomes a column for each of its members: `price.amount`. */
export const csv: Codec = {
  mediaType: 'text/csv',
  contentType: 'text/csv; charset=utf-8; header=present',
  items(item, where) {
    const columns = columnsOf(item, item, where, [])
    const toJson = jsonWriter(item)
    return {
      head: `${columns.map((path) => toCell(path.join('.'))).join(',')}\r\n`,
      write(value) {
        // By way of JSON: what may leave, what is filled in and how dates look is decided in one place.
        const row: unknown = JSON.parse(toJson(value))
        return `${columns.map((path) => toCell(at(row, path))).join(',')}\r\n`
      },
    }
  },
}

function columnsOf(root: JsonSchema, schema: unknown, where: string, path: readonly string[]): string[][] {
  const { properties, additionalProperties, type, anyOf } = resolved(root, schema)
  if (isSchema(properties) && typeof properties === 'object' && (additionalProperties ?? false) === false)
    return Object.entries(properties).flatMap(([name, member]) => columnsOf(root, member, where, [...path, name]))
  const types = [type, ...((anyOf ?? []) as unknown[]).map((branch) => resolved(root, branch)['type'])].flat()
  const isScalar = types.some((one) => one !== undefined) && types.every((one) => one === undefined || scalars.has(one as string))
  if (isScalar && path.length > 0) return [[...path]]
  throw new BootError(
    'contract-invalid',
    `${where}${path.map((name) => `.${name}`).join('')} cannot be a column of CSV: only strings, numbers, booleans and objects of them can. Leave text/csv out of produces, or return a flatter row.`,
  )
}

const scalars: ReadonlySet<string> = new Set(['string', 'number', 'integer', 'boolean', 'null'])

function resolved(root: JsonSchema, schema: unknown): JsonSchema {
  if (!isSchema(schema) || typeof schema === 'boolean') return {}
  const { $ref } = schema
  return typeof $ref === 'string' ? { ...resolved(root, followRef(root, $ref)), ...schema } : schema
}

function at(row: unknown, path: readonly string[]): unknown {
  let value = row
  for (const name of path) value = (value as Record<string, unknown> | null | undefined)?.[name]
  return value
}

function toCell(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'string' ? escapeCsv(value) : JSON.stringify(value)
}
