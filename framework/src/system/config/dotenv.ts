const assignment = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)$/

export interface Dotenv {
  readonly values: Readonly<Record<string, string>>
  /** Numbers of lines that say nothing this format knows. */
  readonly unreadable: readonly number[]
}

/**
 * Reads `.env` text: `NAME=value`, an optional `export`, `#` comments, and quotes.
 *
 * Single quotes keep everything as it is; double quotes know `\n`, `\t`, `\"` and `\\`. A value ends with its line.
 */
export function parseDotenv(text: string): Dotenv {
  const values: Record<string, string> = Object.create(null)
  const unreadable: number[] = []
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    if (/^\s*(#|$)/.test(line)) continue
    const [, name, rest] = assignment.exec(line) ?? []
    const value = rest === undefined ? undefined : unquoted(rest)
    if (name === undefined || value === undefined) unreadable.push(index + 1)
    else values[name] = value
  }
  return { values, unreadable }
}

const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r' }

function unquoted(text: string): string | undefined {
  if (text.startsWith("'")) return /^'([^']*)'\s*(?:#.*)?$/.exec(text)?.[1]
  if (text.startsWith('"')) {
    return /^"((?:[^"\\]|\\.)*)"\s*(?:#.*)?$/.exec(text)?.[1]?.replace(/\\(.)/g, (_, character: string) => escapes[character] ?? character)
  }
  // An unquoted value may hold a # (passwords do); only one after a blank begins a comment.
  return text.replace(/(^|\s)#.*$/, '').trim()
}
