import type { RegexNode } from './parse-regex.ts'

/** The classes of one regular expression over groups of characters that no class tells apart: bit `n` of a mask is group `n`. */
export interface Alphabet {
  readonly size: number
  maskOf(source: string): bigint
  /** Every character. */
  readonly every: bigint
  /** Before the first and behind the last character. */
  readonly start: bigint
  readonly end: bigint
}

// Next to ASCII: separators, a Latin, a Cyrillic and a Chinese letter, a digit that is not ASCII's, a letter with an odd lower case, and one beyond the BMP.
const elsewhere = ['\u0085', '\u00a0', '\u00e9', '\u0130', '\u0416', '\u0661', '\u1e9e', '\u2028', '\u212a', '\u4e00', '\ufeff', '😀']

/** The engine itself is asked which class takes which character, so that it and this cannot differ. Throws what `RegExp` throws. */
export function toAlphabet(node: RegexNode, flags: string): Alphabet {
  const sources = [...classesOf(node)]
  // Most classes are one character, and need no engine to tell which.
  const literals = new Map(flags.includes('i') ? [] : sources.flatMap((source) => (isLiteral(source) ? [[source.at(-1)!, source]] : [])))
  const classes = sources.filter((source) => literals.get(source.at(-1)!) !== source)
  const tests = classes.map((source) => testOf(source, flags.replaceAll(/[gymd]/g, '')))
  const groups = new Set<string>()
  const masks = new Map(sources.map((source) => [source, 0n]))
  for (const char of samples(sources)) {
    const literal = literals.get(char)
    let key = literal ?? ''
    for (const test of tests) key += test.test(char) ? '1' : '0'
    if (groups.has(key)) continue
    const bit = 1n << BigInt(groups.size)
    groups.add(key)
    if (literal !== undefined) masks.set(literal, bit)
    for (const [at, source] of classes.entries())
      if (key[key.length - classes.length + at] === '1') masks.set(source, masks.get(source)! | bit)
  }
  const size = groups.size + 2
  return {
    size,
    maskOf: (source) => masks.get(source)!,
    every: (1n << BigInt(groups.size)) - 1n,
    start: 1n << BigInt(groups.size),
    end: 1n << BigInt(groups.size + 1),
  }
}

/** `a` and `\\.`, but not `.` or `\\d`. */
function isLiteral(source: string): boolean {
  return source.length === 1 ? source !== '.' : /^\\[^\w]$/.test(source)
}

const known = new Map<string, RegExp>()

/** To compile one is most of what a class costs, and patterns share theirs. */
function testOf(source: string, flags: string): RegExp {
  const key = `${flags}/${source}`
  let test = known.get(key)
  if (test === undefined) known.set(key, (test = new RegExp(`^(?:${source})$`, flags)))
  return test
}

function classesOf(node: RegexNode, found = new Set<string>()): Set<string> {
  if (node.kind === 'class') found.add(node.source)
  else if ('parts' in node) for (const part of node.parts) classesOf(part, found)
  else if ('part' in node) classesOf(node.part, found)
  return found
}

/** Whatever a class begins or ends with, and its neighbours: a range is told apart at its ends. */
function samples(sources: readonly string[]): Set<string> {
  const chars = new Set([...Array(128).keys()].map((code) => String.fromCodePoint(code)).concat(elsewhere))
  for (const source of sources) {
    const plain = source.replaceAll(/\\(?:u\{([\da-f]+)\}|u([\da-f]{4})|x([\da-f]{2}))/gi, (_, ...hex: (string | undefined)[]) =>
      String.fromCodePoint(Math.min(0x10ffff, parseInt(hex[0] ?? hex[1] ?? hex[2]!, 16))),
    )
    for (const char of plain)
      for (const code of [-1, 0, 1].map((step) => char.codePointAt(0)! + step))
        if (code >= 0 && code <= 0x10ffff) chars.add(String.fromCodePoint(code))
  }
  return chars
}
