import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import * as z from 'zod'
import { toBacktracking } from './backtracking.ts'
import { parseRegex, type RegexNode } from './parse-regex.ts'

const doubling = [
  '^(a+)+$',
  '^(a|a)*$',
  '(.*a){20}',
  '^(a?){30}a{30}$',
  'a?'.repeat(30) + 'a'.repeat(30),
  '^(\\w+\\s?)*$',
  '^([a-zA-Z0-9])(([\\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+[.]{1}(([a-z]{2,3})|([a-z]{2,3}[.]{1}[a-z]{2,3}))$',
  '(x+x+)+y',
  'a+(?:(b+)+c)?',
  '^(\\d+|\\w+)*$',
  '^(?:(a+)\\1)+$',
  '^(?:a*)*$',
  '^(a|ab|b)*$',
  '^(.*?,){11}P',
  '^(?:(?=(a+)+b)a)*$',
]
const growing = [
  'a*$',
  '^\\s+|\\s+$',
  '^a*a*$',
  '[^@]+@[^@]+\\.[^@]+',
  'a+(?=b)',
  '\\d+x',
  '^.*foo.*bar$',
  '^a*b?a*$',
  '(?=.*a)b',
  '(?<=a+)b',
]
const harmless = [
  '^\\d+$',
  '\\d+',
  'foo|bar',
  '^[a-z]+(?:-[a-z]+)*$',
  '^(?:[0-9a-fA-F]{2})+$',
  '^[a-z]{1,63}(\\.[a-z]{1,63})*$',
  '^(?=.*[a-z])(?=.*\\d)[a-z\\d]{8,}$',
  '^v?\\d+\\.\\d+\\.\\d+(?:-[\\w.-]+)?(?:\\+[\\w.-]+)?$',
  '^"(?:[^"\\\\]|\\\\.)*"$',
  "^\\p{L}[\\p{L}\\p{M}' -]*$",
  '^[a-f0-9]{64}$',
  '^[a-f0-9]{512}$',
  '^\\P{Cc}*$',
  '^([0-9a-f]{8}-[0-9a-f]{4}|0{8}-0{4}|f{8}-f{4})$',
  '^(?:a|ab)c*(?:c|cc)$',
  '^(?<year>\\d{4})-\\k<year>$',
]

describe('toBacktracking', () => {
  for (const pattern of doubling)
    it(`sees that ${pattern} doubles with each character · M04.28`, () => assert.equal(toBacktracking(pattern).ways(100), Infinity))

  for (const pattern of growing)
    it(`sees that ${pattern} is a factor of the length · M04.28`, () => assert.equal(toBacktracking(pattern).ways(100), 100))

  for (const pattern of harmless) it(`lets ${pattern} pass · M04.28`, () => assert.equal(toBacktracking(pattern).ways(100_000), 1))

  it('multiplies loops, and counts no more of a repetition than it takes', () => {
    assert.equal(toBacktracking('^a*a*a*$').ways(100), 10_000)
    assert.equal(toBacktracking('^\\d{1,40}\\d{1,40}$').ways(1000), 39)
    assert.equal(toBacktracking('^\\d{1,40}\\d{1,40}$').ways(10), 10)
  })

  it('minds the case only where the pattern does', () => {
    assert.equal(toBacktracking('^[a-z]+[A-Z]+$').ways(100), 1)
    assert.equal(toBacktracking('^[a-z]+[A-Z]+$', 'i').ways(100), 100)
  })

  it('finds every pattern of Zod harmless', () => {
    const patterns = Object.values(z.regexes).filter((one) => one instanceof RegExp)
    assert.ok(patterns.length > 40)
    for (const { source, flags } of patterns) assert.equal(toBacktracking(source, flags).ways(100_000), 1, source)
  })

  it('takes what it cannot read or judge in time for a factor of the length, and is done soon', () => {
    assert.equal(toBacktracking('^[[a-z]--[b]]+$', 'v').ways(100), 100)
    assert.equal(toBacktracking(`^(?:${'[a-z]?'.repeat(3000)})$`).ways(100), 100)
  })

  it('throws what RegExp throws', () => assert.throws(() => toBacktracking('(a'), SyntaxError))

  it('never calls a pattern harmless that a backtracking engine goes back in, step by step', () => {
    const turns = ['a', 'b', 'ab', 'aab'].flatMap((turn) => ['', 'c'].map((end) => ({ turn, end })))
    fc.assert(
      fc.property(patterns, (pattern) => {
        if (toBacktracking(pattern).ways(1000) > 1) return
        const tree = parseRegex(pattern)
        for (const { turn, end } of turns) {
          const [once, twice] = [60, 120].map((length) => steps(tree, turn.repeat(length).slice(0, length) + end, 500_000)) as [
            number,
            number,
          ]
          assert.ok(twice < 3 * once, `${pattern} on ${turn}…${end}: ${once} steps, and ${twice} for twice the length`)
        }
      }),
      { seed: 15, numRuns: 1000 },
    )
  })
})

/** Small patterns of a, b and whatever repeats them. */
const { pattern: patterns } = fc.letrec<{ pattern: string; body: string; part: string; atom: string }>((tie) => ({
  pattern: fc.tuple(fc.constantFrom('^', ''), tie('body'), fc.constantFrom('$', '')).map((parts) => parts.join('')),
  body: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    tie('part'),
    fc.array(tie('part'), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('')),
    fc.array(tie('part'), { minLength: 2, maxLength: 3 }).map((parts) => `(?:${parts.join('|')})`),
  ),
  part: fc.tuple(tie('atom'), fc.constantFrom('', '', '*', '+', '?', '{2}', '{0,2}', '{1,}')).map((parts) => parts.join('')),
  atom: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.constantFrom('a', 'b', '[ab]', '.', '[^a]'),
    tie('body').map((body) => `(?:${body})`),
    tie('body').map((body) => `(?:(?=${body}))`),
  ),
}))

const classes = new Map<string, RegExp>()

function classOf(source: string): RegExp {
  const known = classes.get(source) ?? new RegExp(`^${source}$`, 'u')
  classes.set(source, known)
  return known
}

/** What a search costs an engine that tries one way after the other, as all of JavaScript's do. */
function steps(node: RegexNode, text: string, limit: number): number {
  let taken = 0
  const run = (part: RegexNode, at: number, then: (at: number) => boolean): boolean => {
    if (++taken >= limit) return true
    switch (part.kind) {
      case 'empty':
        return then(at)
      case 'edge':
        return at === (part.side === 'start' ? 0 : text.length) && then(at)
      case 'class':
        return at < text.length && classOf(part.source).test(text[at]!) && then(at + 1)
      case 'any':
        return part.parts.some((one) => run(one, at, then))
      case 'all':
        return part.parts.reduceRight<(at: number) => boolean>((rest, one) => (from) => run(one, from, rest), then)(at)
      case 'look':
        return run(part.part, at, () => true) && then(at)
      case 'repeat': {
        const again = (from: number, done: number): boolean =>
          (done < part.max && run(part.part, from, (to) => (to > from || done < part.min) && again(to, done + 1))) ||
          (done >= part.min && then(from))
        return again(at, 0)
      }
    }
  }
  for (let at = 0; at <= text.length; at++) if (run(node, at, () => true)) break
  return taken
}
