/** No quote, no backslash, no control character, and no surrogate: those that stand alone have to be escaped. */
const plain = /^[ !#-[\]-\ud7ff\ue000-\uffff]*$/

// Measured: a call of a regular expression pays from the first on, one of `JSON.stringify` from the second on.
const short = 16
const long = 200

/** A text as it stands between the quotes of a JSON string. */
export function escaped(text: string): string {
  if (text.length <= short) return isPlain(text) ? text : JSON.stringify(text).slice(1, -1)
  if (text.length <= long && plain.test(text)) return text
  const quoted = JSON.stringify(text)
  return quoted.length === text.length + 2 ? text : quoted.slice(1, -1)
}

function isPlain(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 0x20 || code === 0x22 || code === 0x5c || (code >= 0xd800 && code <= 0xdfff)) return false
  }
  return true
}
