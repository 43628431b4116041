/**
 * A field's text without the optional white space around it (RFC 9110, 5.6.3): spaces and tabs, and nothing else. `trim()` takes more off, and
 * what one reader of a header takes off and the next one does not is how two of them come to disagree about where a message ends.
 */
export function withoutOptionalSpace(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isSpace(text.charCodeAt(start))) start++
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--
  return text.slice(start, end)
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09
}
