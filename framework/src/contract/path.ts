type Bare<Name extends string> = Name extends `${infer Word}:${string}` ? Word : Name

/** The names in a path: `{id}`, `{id:\\d+}` and a last `*rest`. */
export type PathParams<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Bare<Name> | PathParams<Rest>
  : Path extends `${string}/*${infer Name}`
    ? Name
    : never

export interface PathParam {
  readonly name: string
  /** The text between the braces after the colon, as a regular expression. */
  readonly pattern?: string
  readonly wildcard: boolean
}

/** Splits a path into its literal texts and the parameters between them: there is always one text more than parameters. */
export function pathParts(path: string): { texts: string[]; params: PathParam[] } {
  const texts: string[] = []
  const params: PathParam[] = []
  let from = 0
  for (let at = 0; at < path.length; at++) {
    if (path[at] === '{') {
      const end = closingBrace(path, at)
      const inside = path.slice(at + 1, end)
      const colon = inside.indexOf(':')
      texts.push(path.slice(from, at))
      params.push(
        colon < 0 ? { name: inside, wildcard: false } : { name: inside.slice(0, colon), pattern: inside.slice(colon + 1), wildcard: false },
      )
      from = at = end + 1
      at--
    } else if (path[at] === '*' && path[at - 1] === '/') {
      texts.push(path.slice(from, at))
      params.push({ name: path.slice(at + 1), wildcard: true })
      from = at = path.length
    }
  }
  texts.push(path.slice(from))
  return { texts, params }
}

// A pattern may hold braces of its own: `{year:\\d{4}}`.
function closingBrace(path: string, open: number): number {
  let depth = 0
  for (let at = open; at < path.length; at++) {
    if (path[at] === '{') depth++
    else if (path[at] === '}' && --depth === 0) return at
  }
  return path.length
}
