import { IdempotencyKeyInvalid } from './problems.ts'

/** A string of RFC 9651, as the draft wants it, or the same without quotes, as most clients send it. 1 to 255 characters. */
const wellFormed = /^(?:"((?:[ !#-[\]-~]|\\["\\]){1,255})"|([\w.:+/=-]{1,255}))$/

/** The key of a request, or undefined. Throws `IdempotencyKeyInvalid`. */
export function parseIdempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined) return undefined
  const [, quoted, bare] = wellFormed.exec(header.trim()) ?? []
  const key = quoted?.replaceAll(/\\(.)/g, '$1') ?? bare
  if (key === undefined) throw IdempotencyKeyInvalid()
  return key
}
