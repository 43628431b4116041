import { randomFillSync } from 'node:crypto'
import { systemClock, type Clock } from './clock.ts'

/** Where new identifiers come from, injected so that tests can name them. */
export interface Ids {
  /** A UUIDv7 (RFC 9562), greater than every one before it from the same source. */
  next(): string
}

const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** UUIDv7s from a clock: 48 bits of milliseconds, a 12-bit counter within the millisecond (RFC 9562, 6.2 method 1), 62 random bits. */
export function uuidv7(clock: Clock = systemClock): Ids {
  // Randomness is drawn 256 ids at a time: one system call an id would cost more than all the rest.
  const pool = new Uint8Array(8 * 256)
  let offset = pool.length
  let last = 0
  let counter = 0

  return {
    next() {
      const now = clock.now().getTime()
      if (now > last) {
        last = now
        counter = 0
      } else if (++counter > 0xfff) {
        // 4,096 ids in one millisecond, or a clock set back: borrow from the next one rather than repeat.
        last++
        counter = 0
      }
      if (offset === pool.length) {
        randomFillSync(pool)
        offset = 0
      }
      const b = pool
      const o = offset
      offset += 8
      const high = Math.floor(last / 0x10000)
      const low = last & 0xffff
      return (
        byte(high >>> 24) +
        byte(high >>> 16) +
        byte(high >>> 8) +
        byte(high) +
        '-' +
        byte(low >>> 8) +
        byte(low) +
        '-' +
        byte(0x70 | (counter >>> 8)) +
        byte(counter) +
        '-' +
        byte(0x80 | (b[o]! & 0x3f)) +
        byte(b[o + 1]!) +
        '-' +
        byte(b[o + 2]!) +
        byte(b[o + 3]!) +
        byte(b[o + 4]!) +
        byte(b[o + 5]!) +
        byte(b[o + 6]!) +
        byte(b[o + 7]!)
      )
    },
  }
}

function byte(value: number): string {
  return hex[value & 0xff]!
}
