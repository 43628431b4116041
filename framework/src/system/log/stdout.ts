import { writeSync } from 'node:fs'
import { turnByTurn } from './turn-by-turn.ts'

export interface Destination {
  /** Gets whole lines, newline included. */
  write(line: string): void
  flush?(): void
  /** Opens again what it writes to. Throws when that cannot be opened. */
  reopen?(): void
}

/** What happens to lines while the reader of stdout reads no more: `block` makes the process wait for it, `drop-debug` lets it go on without debug lines. */
export type WhenFull = 'block' | 'drop-debug'

interface StdoutOptions {
  whenFull?: WhenFull
  /** Told how many lines were left out, once the reader reads again. */
  onLost?: (lines: number) => void
}

const stdout = 1
const longestWait = 1_024 * 1_024

/**
 * Lines to standard output, one system call for all that a turn of the event loop wrote.
 *
 * The call is synchronous: through the thread pool it takes some twenty times the CPU, and cannot be waited for at exit.
 * A reader that stops reading therefore stops the process, as with every program that writes to a pipe, unless `whenFull` says otherwise.
 */
export function openStdout({ whenFull = 'block', onLost = () => {} }: StdoutOptions = {}): Destination {
  const blocks = whenFull === 'block'
  let waiting: Uint8Array | undefined
  let lost = 0

  const { write, flush } = turnByTurn((text, atLast) => {
    const bytes = waiting === undefined ? Buffer.from(text) : Buffer.concat([waiting, Buffer.from(text)])
    // Only debug lines may be lost: whoever piles up others waits in the end.
    const rest = writeAll(bytes, blocks || atLast || bytes.length > longestWait)
    waiting = rest.length === 0 ? undefined : rest
    if (waiting !== undefined) setTimeout(flush, 10).unref()
    else if (lost > 0) {
      const count = lost
      lost = 0
      onLost(count)
    }
  })
  return {
    flush: () => flush(true),
    write(line) {
      if (waiting === undefined || !isDebug(line)) write(line)
      else lost++
    },
  }
}

function isDebug(line: string): boolean {
  return line.startsWith('{"level":"debug"')
}

/** Gives back what a full pipe did not take. What cannot be written, because nobody reads or the disk is full, is lost: a log must not fail the work it tells of. */
function writeAll(bytes: Uint8Array, waits: boolean): Uint8Array {
  let offset = 0
  while (offset < bytes.length) {
    try {
      offset += writeSync(stdout, bytes, offset)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) break
      if (!waits) return bytes.subarray(offset)
      // A full pipe that somebody made non-blocking: wait for its reader without burning the core.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
    }
  }
  return bytes.subarray(bytes.length)
}
