/**
 * One part of a URL: a segment of its path, or a name or value of its query. Also what `encodeURIComponent` leaves alone is encoded (RFC 3986).
 * Half of a surrogate pair becomes U+FFFD, where `encodeURIComponent` throws. A segment that is `.` or `..` cannot be escaped: refuse it.
 *
 * ```ts
 * import { escapeUrl } from 'throughline/escape'
 *
 * const link = `/search?q=${escapeUrl("rock 'n' roll&page=2")}` // /search?q=rock%20%27n%27%20roll%26page%3D2
 * ```
 */
export function escapeUrl(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

export type LinkScheme = 'http' | 'https' | 'mailto'

/**
 * A whole URL that a stranger gave, for `href` or `Location`: in the form that browsers make of it, or undefined where it is relative,
 * has another scheme, or a user name (`https://bank.example@evil.example`). Default schemes: http, https, mailto.
 *
 * ```ts
 * import { escapeAttribute, safeUrl } from 'throughline/escape'
 *
 * const link = (url: string) => `<a href="${escapeAttribute(safeUrl(url) ?? '#')}">Website</a>`
 * safeUrl('java\tscript:alert(1)') // undefined
 * ```
 */
export function safeUrl(text: string, schemes: readonly LinkScheme[] = ['http', 'https', 'mailto']): string | undefined {
  const url = URL.parse(text)
  if (url === null || url.username !== '' || url.password !== '') return undefined
  return (schemes as readonly string[]).includes(url.protocol.slice(0, -1)) ? url.href : undefined
}
