import { toAlphabet, type Alphabet } from './alphabet.ts'
import { isExponential, isPolynomial, loopsOf, type Loop } from './ambiguity.ts'
import { toAutomaton, type Automaton } from './automaton.ts'
import { parseRegex, type RegexNode } from './parse-regex.ts'

/** In how many ways a text can begin to match before an engine that backtracks gives up: what its time is multiplied by. */
export interface Backtracking {
  /** At most this many for texts of `length` characters; 1 where it never goes back, `Infinity` where each character doubles them. */
  readonly ways: (length: number) => number
}

const mostAlternatives = 16
const never: Backtracking = { ways: () => 1 }
const always: Backtracking = { ways: () => Infinity }
/** What cannot be judged is taken for what most often is wrong. */
const unknown: Backtracking = { ways: (length) => length }

/**
 * How much a regular expression may go back (ReDoS), found from its automaton, without running it: two loops that can take the
 * same text are a factor of its length, and a loop that takes a text in two ways doubles with each turn. It never says too little
 * for what it knows; it may say too much of lookarounds and of repetitions with an upper limit.
 *
 * Throws `SyntaxError` if it is no regular expression.
 */
export function toBacktracking(source: string, flags = 'u'): Backtracking {
  void new RegExp(source, flags)
  let alphabet: Alphabet
  let automaton: Automaton
  try {
    const tree = parseRegex(source, flags)
    if (isPlain(tree)) return never
    alphabet = toAlphabet(tree, flags)
    automaton = toAutomaton(tree, alphabet)
  } catch {
    return unknown
  }
  if (automaton.matchesEmpty) return never
  const loops = loopsOf(automaton)
  const work = { left: 2_000_000 }
  if (loops.some((loop) => isExponential(automaton, loop, work)) || grows(automaton, alphabet)) return always
  const factors = loops.map((loop) =>
    loops.filter((before) => before !== loop && before.reaches.has(loop.states[0]!) && isPolynomial(automaton, before, loop, work)),
  )
  return work.left < 0 ? unknown : { ways: (length) => Math.max(1, ...loops.map((_, at) => waysTo(at, { loops, factors, length }))) }
}

/** Most patterns: from the start, at most one class that is repeated as often as it likes, and few alternatives. It takes no automaton to see that. */
function isPlain(node: RegexNode): boolean {
  const [start, ...parts] = node.kind === 'all' ? node.parts : []
  if (start?.kind !== 'edge' || start.side !== 'start') return false
  const fixed = parts.filter((part) => part.kind !== 'repeat' || part.part.kind !== 'class' || part.min === part.max)
  return parts.length - fixed.length <= 1 && waysThrough({ kind: 'all', parts: fixed }) <= mostAlternatives
}

/** Through what takes texts of one length in each alternative; `Infinity` for anything else. */
function waysThrough(node: RegexNode): number {
  if (node.kind === 'all') return node.parts.reduce((ways, part) => ways * waysThrough(part), 1)
  if (node.kind === 'any') return node.parts.reduce((ways, part) => ways + waysThrough(part), 0)
  if (node.kind === 'repeat') return node.min === node.max ? waysThrough(node.part) ** node.min : Infinity
  return node.kind === 'look' ? Infinity : 1
}

interface Factors {
  readonly loops: readonly Loop[]
  readonly factors: readonly (readonly Loop[])[]
  readonly length: number
  readonly known?: Map<number, number>
}

function waysTo(at: number, all: Factors): number {
  const { loops, factors, length, known = new Map<number, number>() } = all
  const found = known.get(at)
  if (found !== undefined) return found
  const loop = loops[at]!
  let most = 1
  for (const [i, before] of loops.entries()) {
    if (before === loop || !before.reaches.has(loop.states[0]!)) continue
    const factor = factors[at]!.includes(before) ? Math.max(1, Math.min(loop.extent, length)) : 1
    most = Math.max(most, waysTo(i, { ...all, known }) * factor)
  }
  known.set(at, most)
  return most
}

/** Texts of up to 48 characters, each chosen for the most ways: `a?a?a?…` has no loop, and grows all the same. */
function grows({ states, starts, accepting }: Automaton, alphabet: Alphabet): boolean {
  let ways = new Map<number, number>(starts)
  for (const state of accepting) for (const [next, more] of states[state]!.next) if (!accepting.has(next)) ways.set(next, more)
  const symbols = Array.from({ length: alphabet.size }, (_, at) => 1n << BigInt(at))
  for (let i = 0; i < 48; i++) {
    let best: { next: Map<number, number>; total: number } = { next: new Map(), total: 0 }
    for (const symbol of symbols) {
      const next = new Map<number, number>()
      let total = 0
      for (const [state, count] of ways) {
        if ((states[state]!.mask & symbol) === 0n) continue
        total += count
        if (accepting.has(state)) continue
        for (const [target, more] of states[state]!.next) next.set(target, (next.get(target) ?? 0) + count * more)
      }
      if (total > best.total) best = { next, total }
    }
    if (best.total > 100_000) return true
    ways = best.next
  }
  return false
}
