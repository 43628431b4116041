/**
 * Texts that a path pattern takes, drawn from the pattern itself; none where it is beyond this reader. `test` has the last word.
 * The patterns are those that the router accepts: no look-around, no back-reference, no repeated repetition.
 */
export function samplesOf(pattern: string, test: RegExp): string[] {
  const found = new Set<string>()
  for (const text of [...known, ...Array.from({ length: 60 }, (_, turn) => new Sampler(pattern, turn).draw())])
    if (text !== '' && test.test(text)) found.add(text)
  return [...found]
}

const known = ['0', '7', '42', '2024', '9007199254740991', 'a', 'abc', 'a-b', 'A1', '6f1c9f0e-8d5b-4f0e-9a53-0d1c8f6f1a2b']
const printable = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i))

class Sampler {
  readonly #pattern: string
  #at = 0
  #state: number

  constructor(pattern: string, turn: number) {
    this.#pattern = pattern
    this.#state = turn * 2654435761 + 1
  }

  draw(): string {
    return this.#alternatives()
  }

  /** The same numbers on every run: what is found today is found tomorrow. */
  #choose(count: number): number {
    this.#state = (Math.imul(this.#state, 1103515245) + 12345) >>> 0
    return (this.#state >>> 8) % count
  }

  #alternatives(): string {
    const all = [this.#sequence()]
    while (this.#pattern[this.#at] === '|') {
      this.#at++
      all.push(this.#sequence())
    }
    return all[this.#choose(all.length)]!
  }

  #sequence(): string {
    let text = ''
    while (this.#at < this.#pattern.length && !'|)'.includes(this.#pattern[this.#at]!)) text += this.#repeated()
    return text
  }

  #repeated(): string {
    const start = this.#at
    const first = this.#atom()
    const end = this.#at
    const quantifier = /^(?:([*+?])|\{(\d+)(,(\d*))?\})\??/.exec(this.#pattern.slice(end))
    if (quantifier === null) return first
    const [all, sign, least = '0', open, most] = quantifier
    const min = sign === '+' ? 1 : sign === undefined ? Number(least) : 0
    const max = sign === '?' ? 1 : sign !== undefined || open !== undefined ? Number(most || min + 3) : min
    let text = ''
    for (let left = min + this.#choose(Math.min(max - min, 3) + 1); left > 0; left--) {
      this.#at = start
      text += this.#atom()
    }
    this.#at = end + all.length
    return text
  }

  #atom(): string {
    const rest = this.#pattern.slice(this.#at)
    if (rest.startsWith('(')) {
      this.#at += rest.startsWith('(?:') ? 3 : 1
      const text = this.#alternatives()
      this.#at++
      return text
    }
    const [atom] = /^(?:\[(?:\\.|[^\]])*\]|\\.|[^])/.exec(rest)!
    this.#at += atom.length
    const fitting = matching(atom)
    return fitting.length === 0 ? '' : fitting[this.#choose(fitting.length)]!
  }
}

function matching(atom: string): string[] {
  const test = new RegExp(`^${atom}$`, 'u')
  return printable.filter((char) => test.test(char))
}
