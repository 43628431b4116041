/** A part of a body: from the first byte up to and without the second. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

const mostRanges = 16

/**
 * `Range: bytes=0-99,200-,-50` of a body of `size` bytes (RFC 9110, 14.1.2), those that exist, in the order asked for. None of them: 416.
 * Undefined for what is no range of bytes, which is answered as if it had not been asked for.
 *
 * Too many, or more than two that overlap, are answered like none: few readers need them, and each costs more than it gives.
 */
export function parseRanges(header: string, size: number): readonly ByteRange[] | undefined {
  const list = /^bytes[ \t]*=(?<list>.*)$/i.exec(header)?.groups?.list
  if (list === undefined) return undefined
  const parts = list
    .split(',', mostRanges + 2)
    .map((part) => part.trim())
    .filter((part) => part !== '')
  if (parts.length === 0) return undefined
  const ranges: ByteRange[] = []
  for (const part of parts) {
    const range = parseRange(part, size)
    if (range === undefined) return undefined
    if (range.start < range.end) ranges.push(range)
  }
  return parts.length > mostRanges || overlaps(ranges) > 2 ? [] : ranges
}

function parseRange(text: string, size: number): ByteRange | undefined {
  const [, first = '', last = ''] = /^(\d*)-(\d*)$/.exec(text) ?? []
  if (first === '' && last === '') return undefined
  if (first === '') return { start: Math.max(0, size - Number(last)), end: size }
  if (last !== '' && Number(last) < Number(first)) return undefined
  return { start: Number(first), end: last === '' ? size : Math.min(size, Number(last) + 1) }
}

function overlaps(ranges: readonly ByteRange[]): number {
  let count = 0
  for (const [i, one] of ranges.entries())
    for (const other of ranges.slice(i + 1)) if (one.start < other.end && other.start < one.end) count++
  return count
}
