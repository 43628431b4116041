import { Readable } from 'node:stream'

/** A stream of known length that can also be read in parts: a file, a stored object. Nothing is opened before it is read. */
export interface Seekable extends Readable {
  readonly size: number
  /** From `start` up to and without `end`. */
  slice(start: number, end: number): Readable
}

/**
 * Makes one of a function that reads any part of `size` bytes. It may be called several times, or never.
 *
 * ```ts
 * import { seekable } from 'throughline/std'
 *
 * const zeros = seekable(1_000_000, async function* (start, end) {
 *   yield new Uint8Array(end - start)
 * })
 * ```
 */
export function seekable(size: number, read: (start: number, end: number) => AsyncIterable<Uint8Array>): Seekable {
  const slice = (start: number, end: number) => Readable.from(read(start, end), { objectMode: false })
  return Object.assign(slice(0, size), { size, slice })
}

export function isSeekable(body: unknown): body is Seekable {
  return body instanceof Readable && 'slice' in body && 'size' in body
}
