import { randomFillSync } from 'node:crypto'
import { systemClock, type Clock } from './clock.ts'

/** Where new identifiers come from, injected so that tests can name them. */
export interface Ids {
  /** A UUIDv7 (RFC 9562), greater than every one before it from the same source. */
  next(): string
  /** Whether they are UUIDv7s whose last seven bytes are random, so that the id of a request can be that of its trace. Default: nobody knows. */
  readonly areRandom?: boolean
}

// As many ids are drawn for at once: one system call an id, and one conversion, would cost more than all the rest.
const drawn = 256
const variants = ['8', '9', 'a', 'b']
const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** UUIDv7s from a clock: 48 bits of milliseconds, a 12-bit counter within the millisecond (RFC 9562, 6.2 method 1), 62 random bits. */
export function uuidv7(clock: Clock = systemClock): Ids {
  const pool = Buffer.allocUnsafe(8 * drawn)
  let digits = ''
  let offset = 16 * drawn
  let last = 0
  let counter = 0
  let prefix = toPrefix(last)

  return {
    areRandom: true,
    next() {
      const now = clock.now().getTime()
      if (now > last) {
        last = now
        counter = 0
        prefix = toPrefix(last)
      } else if (++counter > 0xfff) {
        // 4,096 ids in one millisecond, or a clock set back: borrow from the next one rather than repeat.
        last++
        counter = 0
        prefix = toPrefix(last)
      }
      if (offset === 16 * drawn) {
        digits = randomFillSync(pool).toString('hex')
        offset = 0
      }
      const at = offset
      offset += 16
      // In place of the first digit, of which two bits stay.
      const variant = variants[pool[at >> 1]! >> 6]!
      return `${prefix}${hex[0x70 | (counter >>> 8)]!}${hex[counter & 0xff]!}-${variant}${digits.slice(at + 1, at + 4)}-${digits.slice(at + 4, at + 16)}`
    },
  }
}

/** The milliseconds: `017f22e2-79b0-`. */
function toPrefix(ms: number): string {
  const digits = ms.toString(16).padStart(12, '0')
  return `${digits.slice(0, 8)}-${digits.slice(8)}-`
}
