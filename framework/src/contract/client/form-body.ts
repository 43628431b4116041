import type { Schema } from '../standard-schema.ts'

/** A form's values as `fetch` sends them, with the media type that this calls for; undefined where the body is no form. */
export function toFormBody(schema: Schema<any, any> | undefined, values: object): FormData | URLSearchParams | undefined {
  const { kind, accepts } = (schema ?? {}) as { kind?: string; accepts?: readonly string[] }
  if (kind !== 'form') return undefined
  const pairs = Object.entries(values).flatMap(([name, value]) => [value].flat().map((one: unknown) => [name, one] as const))
  const present = pairs.filter(([, value]) => value !== undefined && value !== null)
  if (accepts!.length > 1) return new URLSearchParams(present.map(([name, value]) => [name, String(value)]))
  const form = new FormData()
  for (const [name, value] of present) if (!(value instanceof Blob)) form.append(name, String(value))
  // Last, because the server checks all fields before it lets the first byte of a file in.
  for (const [name, value] of present) if (value instanceof Blob) form.append(name, value)
  return form
}
