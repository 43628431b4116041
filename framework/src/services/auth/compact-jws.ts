const maxBytes = 8192
const form = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/

/** Three segments of canonical base64url (RFC 7515, 7.1), at most 8 KiB. jose's decoder also takes padding, spaces and stray trailing bits. */
export function isCompactJws(token: string): boolean {
  return token.length <= maxBytes && form.test(token) && token.split('.').every(isCanonical)
}

/** Whether a segment is JSON as `JSON.stringify` writes it: that leaves no room for a member said twice, white space or invalid UTF-8. */
export function isOwnJson(segment: string): boolean {
  try {
    const bytes = Buffer.from(segment, 'base64url')
    return Buffer.from(JSON.stringify(JSON.parse(bytes.toString()))).equals(bytes)
  } catch {
    return false
  }
}

function isCanonical(segment: string): boolean {
  return Buffer.from(segment, 'base64url').toString('base64url') === segment
}
