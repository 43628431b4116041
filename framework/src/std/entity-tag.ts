import { hash } from 'node:crypto'

/** What is between the quotes (RFC 9110, 8.8.3), without the bytes above ASCII that proxies mangle, and without the `;` before which a variant is named. */
const opaque = /^[\x21\x23-\x3a\x3c-\x7e]+$/

/**
 * The strong entity tag of a version: a row's counter, a hash, anything that changes with every change. `7` becomes `"7"`.
 *
 * Throws `TypeError` for what a tag cannot hold: quotes, semicolons, spaces, control characters.
 */
export function toEntityTag(version: string | number): string {
  const text = String(version)
  if (!opaque.test(text))
    throw new TypeError(`${JSON.stringify(text)} cannot be an entity tag: use visible ASCII characters, neither quotes nor semicolons.`)
  return `"${text}"`
}

/** The strong entity tag of some bytes: 132 bits of their SHA-256. */
export function contentTag(bytes: string | Uint8Array): string {
  return `"${hash('sha256', bytes, 'base64url').slice(0, 22)}"`
}
