import type { Alphabet } from './alphabet.ts'
import type { RegexNode } from './parse-regex.ts'

/** Where a backtracking engine may stand in a pattern (Glushkov's automaton): a state is one class of it, and has been taken. */
export interface State {
  readonly mask: bigint
  /** The most characters that the repetition around it takes. */
  readonly extent: number
  /** The states that may be next, and in how many ways each: two ways to the same place are an ambiguity, too. */
  readonly next: Map<number, number>
}

export interface Automaton {
  readonly states: readonly State[]
  /** Where a search may stand before it took anything. */
  readonly starts: ReadonlyMap<number, number>
  /** Behind these the search is over, with success: they are on no path that fails. */
  readonly accepting: ReadonlySet<number>
  readonly matchesEmpty: boolean
}

interface Piece {
  readonly first: Map<number, number>
  readonly last: Map<number, number>
  /** In how many ways it takes nothing. */
  readonly nothing: number
}

/** More would take longer to judge than a boot should. */
const copiesLimit = 200
const stateLimit = 2000
const nothing: Piece = { first: new Map(), last: new Map(), nothing: 1 }

/** Of a search anywhere in a text, as `RegExp.prototype.test` does it. Throws `RangeError` for a pattern that is too large. */
export function toAutomaton(node: RegexNode, alphabet: Alphabet): Automaton {
  const builder = new Builder(alphabet)
  // The search begins anew at each character.
  const search = isAtStart(node) ? nothing : builder.anywhere()
  const whole = builder.join(search, builder.build(node, 0))
  const pattern = whole.last
  const isEnd = (state: number) => builder.states[state]!.mask === alphabet.end
  const accepting = [...pattern.keys()].filter((state) => !isEnd(state) && !search.last.has(state))
  return {
    states: builder.states,
    starts: whole.first,
    accepting: new Set(builder.looksAround ? [] : accepting),
    matchesEmpty: !builder.looksAround && whole.nothing > 0,
  }
}

function isAtStart(node: RegexNode): boolean {
  const first = node.kind === 'all' ? node.parts[0] : node
  return first?.kind === 'edge' && first.side === 'start'
}

class Builder {
  readonly states: State[] = []
  /** Whether it asks what is around: then the last state may still fail. */
  looksAround = false
  readonly #alphabet: Alphabet

  constructor(alphabet: Alphabet) {
    this.#alphabet = alphabet
  }

  anywhere(): Piece {
    return this.#loop(this.#state(this.#alphabet.every | this.#alphabet.start, Infinity), 1)
  }

  /** `extent` is the reach of the outermost repetition around it, and 0 where there is none. */
  build(node: RegexNode, extent: number): Piece {
    switch (node.kind) {
      case 'empty':
        return nothing
      case 'class':
        return this.#state(this.#alphabet.maskOf(node.source), extent)
      case 'edge':
        return this.#state(this.#alphabet[node.side], extent)
      case 'all':
        return node.parts.reduce<Piece>((all, part) => this.join(all, this.build(part, extent)), nothing)
      case 'any':
        return node.parts.map((part) => this.build(part, extent)).reduce(either)
      case 'repeat':
        return this.#repeat(node, extent)
      case 'look': {
        this.looksAround = true
        if (node.behind && longest(node.part) < Infinity) return nothing
        // A path into it and one past it: it is tried wherever the path comes by, and nothing follows it.
        return { first: this.build(node.part, extent).first, last: new Map(), nothing: 1 }
      }
    }
  }

  join(a: Piece, b: Piece): Piece {
    this.#connect(a.last, b.first)
    return {
      first: sum(a.first, b.first, a.nothing),
      last: sum(b.last, a.last, b.nothing),
      nothing: Math.min(2, a.nothing * b.nothing),
    }
  }

  /** Few copies are written out, since `(?:[0-9a-f]{2})+` is only known to be harmless by its copies; many become a loop. */
  #repeat({ part, min, max }: RegexNode & { kind: 'repeat' }, extent: number): Piece {
    if (max === 0) return nothing
    const size = count(part)
    const copies = Math.min(min * size <= copiesLimit ? min : 1, max === Infinity ? Math.max(0, min - 1) : Infinity)
    const rest = max - copies
    let whole = nothing
    for (let i = 0; i < copies; i++) whole = this.join(whole, this.build(part, extent))
    if (rest === 0) return whole
    if (rest <= 3) return this.join(whole, this.#optional(part, rest, extent))
    const loop = this.#loop(this.build(part, extent || rest * longest(part)), min > copies ? 0 : 1)
    return this.join(whole, loop)
  }

  /** `x{0,3}` as the engine reads it, `(x(x(x)?)?)?`: the same text in one way only. */
  #optional(part: RegexNode, times: number, extent: number): Piece {
    const one = this.build(part, extent)
    const all = times === 1 ? one : this.join(one, this.#optional(part, times - 1, extent))
    return { ...all, nothing: 1 }
  }

  #loop(piece: Piece, skips: 0 | 1): Piece {
    this.#connect(piece.last, piece.first)
    return skips === 1 ? { ...piece, nothing: 1 } : piece
  }

  #connect(from: ReadonlyMap<number, number>, to: ReadonlyMap<number, number>): void {
    for (const [state, ways] of from)
      for (const [target, more] of to) {
        const { next } = this.states[state]!
        next.set(target, Math.min(2, (next.get(target) ?? 0) + ways * more))
      }
  }

  #state(mask: bigint, extent: number): Piece {
    if (this.states.length >= stateLimit) throw new RangeError('The pattern is too large.')
    const only = new Map([[this.states.length, 1]])
    this.states.push({ mask, extent, next: new Map() })
    return { first: only, last: only, nothing: 0 }
  }
}

function either(a: Piece, b: Piece): Piece {
  return { first: sum(a.first, b.first, 1), last: sum(a.last, b.last, 1), nothing: Math.min(2, a.nothing + b.nothing) }
}

function sum(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>, times: number): Map<number, number> {
  const all = new Map(a)
  if (times > 0) for (const [state, ways] of b) all.set(state, Math.min(2, (all.get(state) ?? 0) + ways * times))
  return all
}

function count(node: RegexNode): number {
  if ('parts' in node) return node.parts.reduce((all, part) => all + count(part), 0)
  if (node.kind === 'repeat') return count(node.part) * Math.max(1, Math.min(node.min, copiesLimit))
  return 'part' in node ? count(node.part) : 1
}

function longest(node: RegexNode): number {
  if (node.kind === 'class') return 1
  if (node.kind === 'all') return node.parts.reduce((all, part) => all + longest(part), 0)
  if (node.kind === 'any') return Math.max(...node.parts.map(longest))
  return node.kind === 'repeat' && node.max > 0 ? longest(node.part) * node.max || 0 : 0
}
