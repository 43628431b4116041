import type { Automaton } from './automaton.ts'

/** States that can all be reached from each other. */
export interface Loop {
  readonly states: readonly number[]
  readonly inside: ReadonlySet<number>
  /** Every state that can come after. */
  readonly reaches: ReadonlySet<number>
  readonly mask: bigint
  readonly extent: number
}

interface Work {
  left: number
}

/** A path on which the search succeeds is walked once: no loop leads over a state that accepts. */
export function loopsOf(automaton: Automaton): Loop[] {
  const { states, accepting } = automaton
  const reach = states.map((_, state) => reachable(automaton, state))
  const done = new Set<number>(accepting)
  const loops: Loop[] = []
  for (const state of states.keys()) {
    if (done.has(state) || !reach[state]!.has(state)) continue
    const inside = new Set([...reach[state]!].filter((other) => reach[other]!.has(state)))
    for (const other of inside) done.add(other)
    const all = [...inside]
    loops.push({
      states: all,
      inside,
      reaches: reach[state]!,
      mask: all.reduce((mask, other) => mask | states[other]!.mask, 0n),
      extent: Math.max(...all.map((other) => states[other]!.extent)),
    })
  }
  return loops
}

function reachable({ states, accepting }: Automaton, from: number): Set<number> {
  const found = new Set<number>()
  const todo = accepting.has(from) ? [] : [from]
  for (let state = todo.pop(); state !== undefined; state = todo.pop())
    for (const next of states[state]!.next.keys())
      if (!accepting.has(next) && states[next]!.mask !== 0n && !found.has(next)) {
        found.add(next)
        todo.push(next)
      }
  return found
}

/** Whether the loop leads from a state back to it by two paths with the same text. */
export function isExponential({ states }: Automaton, { states: own, inside }: Loop, work: Work): boolean {
  const before = new Map<number, number[]>()
  const isSame = (pair: number): boolean => Math.floor(pair / states.length) === pair % states.length
  const todo = own.map((state) => state * states.length + state)
  const seen = new Set(todo)
  for (let pair = todo.pop(); pair !== undefined && work.left > 0; pair = todo.pop()) {
    const [a, b] = [Math.floor(pair / states.length), pair % states.length]
    for (const [nextA, ways] of states[a]!.next) {
      if (!inside.has(nextA)) continue
      if (a === b && ways > 1) return true
      for (const nextB of states[b]!.next.keys()) {
        work.left--
        if (!inside.has(nextB) || (states[nextA]!.mask & states[nextB]!.mask) === 0n) continue
        const next = nextA * states.length + nextB
        if (isSame(next) && isSame(pair)) continue
        before.set(next, [...(before.get(next) ?? []), pair])
        if (seen.has(next)) continue
        seen.add(next)
        todo.push(next)
      }
    }
  }
  // Two paths that went apart come together again.
  return [...before].some(([pair, from]) => isSame(pair) && from.some((one) => !isSame(one)))
}

/** Whether one text leads around in `a`, from `a` to `b`, and around in `b`. */
export function isPolynomial(automaton: Automaton, a: Loop, b: Loop, work: Work): boolean {
  if ((a.mask & b.mask) === 0n) return false
  return a.states.some((p) => b.states.some((q) => threeWays({ automaton, a, b, p, q }, work)))
}

interface Ways {
  readonly automaton: Automaton
  readonly a: Loop
  readonly b: Loop
  readonly p: number
  readonly q: number
}

function threeWays({ automaton: { states, accepting }, a, b, p, q }: Ways, work: Work): boolean {
  const size = states.length
  const within = a.mask & b.mask
  const goal = (p * size + q) * size + q
  const todo = [(p * size + p) * size + q]
  const seen = new Set(todo)
  for (let triple = todo.pop(); triple !== undefined && work.left > 0; triple = todo.pop()) {
    const [x, y, z] = [Math.floor(triple / size / size), Math.floor(triple / size) % size, triple % size]
    for (const nextX of states[x]!.next.keys()) {
      const mask = states[nextX]!.mask & within
      if (mask === 0n || !a.inside.has(nextX)) continue
      for (const nextY of states[y]!.next.keys()) {
        work.left--
        const both = mask & states[nextY]!.mask
        if (both === 0n || accepting.has(nextY) || !(a.inside.has(nextY) || b.inside.has(nextY) || a.reaches.has(nextY))) continue
        for (const nextZ of states[z]!.next.keys()) {
          if ((both & states[nextZ]!.mask) === 0n || !b.inside.has(nextZ)) continue
          const next = (nextX * size + nextY) * size + nextZ
          if (next === goal) return true
          if (seen.has(next)) continue
          seen.add(next)
          todo.push(next)
        }
      }
    }
  }
  return false
}
