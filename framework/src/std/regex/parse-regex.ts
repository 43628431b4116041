/** A regular expression as a tree, as far as its running time depends on it. */
export type RegexNode =
  | { readonly kind: 'empty' }
  /** One character of a class, as it is written: `a`, `\d`, `[a-z]`, `.`. */
  | { readonly kind: 'class'; readonly source: string }
  /** `^` and `$`: they take nothing but must be at an edge. */
  | { readonly kind: 'edge'; readonly side: 'start' | 'end' }
  | { readonly kind: 'all'; readonly parts: readonly RegexNode[] }
  | { readonly kind: 'any'; readonly parts: readonly RegexNode[] }
  | { readonly kind: 'repeat'; readonly part: RegexNode; readonly min: number; readonly max: number }
  | { readonly kind: 'look'; readonly part: RegexNode; readonly behind: boolean }

export const empty: RegexNode = { kind: 'empty' }

/**
 * Parses what `new RegExp(source, flags)` accepts. A back-reference becomes a copy of its group: it can take what the group takes.
 *
 * Throws `SyntaxError` for what it does not know (class set operations of the flag `v`).
 */
export function parseRegex(source: string, flags = ''): RegexNode {
  const parser = new Parser(source, flags)
  const node = parser.alternatives()
  parser.end()
  return node
}

class Parser {
  readonly #source: string
  readonly #flags: string
  readonly #groups = new Map<string, RegexNode>()
  #count = 0
  #at = 0

  constructor(source: string, flags: string) {
    this.#source = source
    this.#flags = flags
  }

  end(): void {
    if (this.#at < this.#source.length) throw new SyntaxError(`Unexpected ${this.#source[this.#at]} at ${this.#at}.`)
  }

  alternatives(): RegexNode {
    const parts = [this.#sequence()]
    while (this.#skip('|')) parts.push(this.#sequence())
    return parts.length === 1 ? parts[0]! : { kind: 'any', parts }
  }

  #sequence(): RegexNode {
    const parts: RegexNode[] = []
    while (this.#at < this.#source.length && !'|)'.includes(this.#source[this.#at]!)) parts.push(this.#quantified())
    return parts.length === 1 ? parts[0]! : { kind: 'all', parts }
  }

  #quantified(): RegexNode {
    const part = this.#atom()
    const count = this.#take(/(?:[*+?]|\{(\d+)(?:(,)(\d*))?\})\??/y)
    if (count === undefined) return part
    const [text, least, comma, most] = count
    if (least === undefined) return { kind: 'repeat', part, min: text.startsWith('+') ? 1 : 0, max: text.startsWith('?') ? 1 : Infinity }
    return { kind: 'repeat', part, min: Number(least), max: comma === undefined ? Number(least) : most ? Number(most) : Infinity }
  }

  #atom(): RegexNode {
    const multiline = this.#flags.includes('m')
    if (this.#skip('^')) return multiline ? empty : { kind: 'edge', side: 'start' }
    if (this.#skip('$')) return multiline ? empty : { kind: 'edge', side: 'end' }
    if (this.#take(/\\[bB]/y) !== undefined) return empty
    if (this.#skip('(')) return this.#group()
    const reference = this.#take(/\\(?:([1-9]\d*)|k<([^>]+)>)/y)
    if (reference !== undefined) return this.#groups.get(reference[1] ?? reference[2]!) ?? empty
    if (this.#source[this.#at] === '[') return this.#class()
    const one = this.#take(/\\(?:u\{[^}]*\}|u[\da-fA-F]{4}|x[\da-fA-F]{2}|[pP]\{[^}]*\}|c[a-zA-Z]|[^])|[\uD800-\uDBFF][\uDC00-\uDFFF]|[^]/y)
    return { kind: 'class', source: one![0] }
  }

  #class(): RegexNode {
    const whole = this.#take(/\[(?:\\[^]|[^\]\\])*\]/y)
    if (whole === undefined) throw new SyntaxError('An open class.')
    if (this.#flags.includes('v') && /--|&&|\[.*\[/.test(whole[0])) throw new SyntaxError('A class of classes.')
    return { kind: 'class', source: whole[0] }
  }

  #group(): RegexNode {
    const head = this.#take(/\?(?:(<?[=!])|<([^>]+)>|[a-z]*(?:-[a-z]*)?:)/y)
    const isCaptured = head === undefined || head[2] !== undefined
    const number = isCaptured ? ++this.#count : 0
    const part = this.alternatives()
    if (!this.#skip(')')) throw new SyntaxError('An open group.')
    if (isCaptured) for (const name of [String(number), head?.[2]]) if (name !== undefined) this.#groups.set(name, part)
    return head?.[1] === undefined ? part : { kind: 'look', part, behind: head[1].startsWith('<') }
  }

  #skip(text: string): boolean {
    if (!this.#source.startsWith(text, this.#at)) return false
    this.#at += text.length
    return true
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#source)
    if (found === null) return undefined
    this.#at = pattern.lastIndex
    return found
  }
}
