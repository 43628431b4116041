// 45 bytes are 60 characters of Base64: with its frame, an encoded word stays below the 75 that RFC 2047 allows.
const mostBytes = 45

/**
 * The text of a mail's `Subject` or of another header without a syntax of its own: control characters become spaces, so that no line break
 * begins a header (`Bcc:`) of the sender's choice, and what is not ASCII becomes encoded words (RFC 2047).
 *
 * ```ts
 * import { escapeMailHeader } from 'throughline/escape'
 *
 * const subject = `Subject: ${escapeMailHeader('Hello\r\nBcc: everybody@example.org')}` // Subject: Hello Bcc: everybody@example.org
 * ```
 */
export function escapeMailHeader(text: string): string {
  const line = oneLine(text)
  // A text that looks encoded would be decoded.
  return /[^ -~]|=\?/.test(line) ? encodedWords(line) : line
}

/**
 * The name beside an address, as in `From: Ada Lovelace <ada@example.org>`: quoted where it must be, so that no comma or bracket in it makes
 * another recipient.
 *
 * ```ts
 * import { escapeMailName } from 'throughline/escape'
 *
 * const to = `To: ${escapeMailName('Ada <eve@evil.example>, Bob')} <ada@example.org>`
 * ```
 */
export function escapeMailName(text: string): string {
  const line = oneLine(text)
  if (/[^ -~]|=\?/.test(line)) return encodedWords(line)
  return /^[\w !#$%&'*+/=?^`{|}~-]*$/.test(line) ? line : `"${line.replaceAll(/["\\]/g, String.raw`\$&`)}"`
}

function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()
}

function encodedWords(line: string): string {
  const encoder = new TextEncoder()
  const words: string[] = []
  let bytes: number[] = []
  const flush = () => {
    if (bytes.length > 0) words.push(`=?UTF-8?B?${btoa(String.fromCharCode(...bytes))}?=`)
    bytes = []
  }
  // No character is cut in two: readers decode every word for itself.
  for (const character of line) {
    const more = encoder.encode(character)
    if (bytes.length + more.length > mostBytes) flush()
    bytes.push(...more)
  }
  flush()
  return words.join(' ')
}
