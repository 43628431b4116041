import { toPointer } from '../../contract/json-pointer.ts'

export interface Doubt {
  readonly pointer: string
  readonly reason: 'duplicate-member' | 'inexact-number' | 'lone-surrogate'
}

const number = /-?\d+(\.\d+)?([eE][+-]?\d+)?/y
const longestStep = 200

/**
 * Where well-formed JSON means different things to different readers (RFC 8259, sections 4, 6 and 8.2): the first such place.
 *
 * `text` must be what `JSON.parse` accepts, and its depth bounded: this descends by calling itself.
 */
export function jsonDoubt(text: string, refuseDuplicates: boolean): Doubt | undefined {
  const path: (string | number)[] = []
  let at = 0

  const skipSpace = () => {
    while (text.charCodeAt(at) <= 0x20) at++
  }
  const doubt = (reason: Doubt['reason']): Doubt => ({ pointer: toPointer(path), reason })

  const string = (): string => {
    const start = at++
    for (; text[at] !== '"'; at++) if (text[at] === '\\') at++
    return JSON.parse(text.slice(start, ++at)) as string
  }

  const scalar = (): Doubt | undefined => {
    if (text[at] === '"') return string().isWellFormed() ? undefined : doubt('lone-surrogate')
    number.lastIndex = at
    const match = number.exec(text)
    if (match === null) {
      at += text[at] === 'f' ? 5 : 4
      return undefined
    }
    at += match[0].length
    const read = Number(match[0])
    const isInteger = match[1] === undefined && match[2] === undefined
    // An integer is held exactly enough when it would be written back as it came; 2^53 + 1 would not.
    const exact = isInteger && !Number.isSafeInteger(read) ? String(read) === match[0] : Number.isFinite(read)
    return exact ? undefined : doubt('inexact-number')
  }

  /** `each` reads one entry; entries stand between commas until `end`. */
  const entries = (end: string, each: (index: number) => Doubt | undefined): Doubt | undefined => {
    at++
    for (let index = 0; ; index++) {
      skipSpace()
      if (text[at] === end) break
      const found = each(index)
      if (found !== undefined) return found
      skipSpace()
      if (text[at] === ',') at++
    }
    at++
    return undefined
  }

  const below = (step: string | number): Doubt | undefined => {
    path.push(step)
    const found = value()
    path.pop()
    return found
  }

  const value = (): Doubt | undefined => {
    skipSpace()
    if (text[at] === '[') return entries(']', below)
    if (text[at] !== '{') return scalar()
    const seen = new Set<string>()
    return entries('}', () => {
      const name = string()
      // A member's name comes from the caller: a megabyte of it must not come back.
      const step = (name.length > longestStep ? `${name.slice(0, longestStep)}…` : name).toWellFormed()
      if (!name.isWellFormed() || (refuseDuplicates && seen.has(name))) {
        path.push(step)
        return doubt(name.isWellFormed() ? 'duplicate-member' : 'lone-surrogate')
      }
      seen.add(name)
      skipSpace()
      at++
      return below(step)
    })
  }
  return value()
}
