const fieldName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const forbidden = /[^\t\x20-\x7e\x80-\xff]/

/**
 * Throws a `TypeError` for what no header can carry (RFC 9110, 5.5): a line break in a value would begin a header of the attacker's choice.
 *
 * Thrown where the value was set. At the wire the answer has begun, and nobody knows any more who set it.
 */
export function checkHeaders(headers: Readonly<Record<string, string>>): void {
  for (const name in headers) checkHeader(name, headers[name]!)
}

export function checkHeader(name: string, value: string): void {
  if (!isFieldName(name)) throw new TypeError(`${JSON.stringify(name)} is not a header's name.`)
  if (isFieldValue(value)) return
  const at = value.search(forbidden)
  const code = value.codePointAt(at)!.toString(16).toUpperCase().padStart(4, '0')
  throw new TypeError(`The header ${name} has U+${code} at position ${at}, which no header can carry. Encode it, or leave it out.`)
}

export function isFieldName(name: string): boolean {
  return fieldName.test(name)
}

export function isFieldValue(value: string): boolean {
  return !forbidden.test(value)
}
