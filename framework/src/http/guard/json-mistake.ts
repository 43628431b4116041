// In a string every character from the space on stands for itself, but the quote and the backslash.
const token =
  /[ \t\n\r]*(?:("(?:[ !#-[\]-\u{10ffff}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null)|([[\]{},:]))/uy

/**
 * Where text stops being JSON (RFC 8259): the line and column, from 1, of the first token that cannot stand there.
 *
 * `JSON.parse` says that only sometimes, and then next to a piece of the text, which may hold a secret.
 */
export function jsonMistake(text: string): { line: number; column: number } {
  const before = text.slice(0, offsetOf(text))
  return { line: before.split('\n').length, column: before.length - before.lastIndexOf('\n') }
}

type Expected = 'value' | 'value or ]' | 'key or }' | 'key' | ':' | ', or end'

function offsetOf(text: string): number {
  const open: ('[' | '{')[] = []
  let expected: Expected = 'value'
  let at = 0
  for (;;) {
    token.lastIndex = at
    const match = token.exec(text)
    const start = match === null ? skipSpace(text, at) : match.index + match[0].length - (match[1] ?? match[2] ?? match[3])!.length
    if (match === null) return start
    const next = step(expected, match, open)
    if (next === undefined) return start
    expected = next
    at = token.lastIndex
  }
}

/** What may follow, or undefined where the token may not stand. `open` is the stack of what is not closed yet. */
function step(expected: Expected, [, string, scalar, mark]: RegExpExecArray, open: ('[' | '{')[]): Expected | undefined {
  if (expected === ':') return mark === ':' ? 'value' : undefined
  if (expected === ', or end') {
    if (mark === ',' && open.length > 0) return open.at(-1) === '{' ? 'key' : 'value'
    return mark !== undefined && closes(mark, open) ? ', or end' : undefined
  }
  if (expected === 'key' || expected === 'key or }') {
    if (string !== undefined) return ':'
    return expected === 'key or }' && mark === '}' && closes(mark, open) ? ', or end' : undefined
  }
  if (string !== undefined || scalar !== undefined) return ', or end'
  if (mark === '{' || mark === '[') {
    open.push(mark)
    return mark === '{' ? 'key or }' : 'value or ]'
  }
  return expected === 'value or ]' && mark === ']' && closes(mark, open) ? ', or end' : undefined
}

function closes(mark: string, open: ('[' | '{')[]): boolean {
  const last = open.at(-1)
  const fits = (mark === '}' && last === '{') || (mark === ']' && last === '[')
  if (fits) open.pop()
  return fits
}

function skipSpace(text: string, at: number): number {
  let i = at
  while (i < text.length && ' \t\n\r'.includes(text[i]!)) i++
  return i
}
