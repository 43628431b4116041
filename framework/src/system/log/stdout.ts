import { writeSync } from 'node:fs'

export interface Destination {
  /** Gets whole lines, newline included. */
  write(line: string): void
  flush?(): void
}

const full = 64 * 1_024
const stdout = 1

/**
 * Lines to standard output, one system call for all that a turn of the event loop wrote.
 *
 * The call is synchronous: through the thread pool it takes some twenty times the CPU, and cannot be waited for at exit.
 * A reader that stops reading therefore stops the process, as with every program that writes to a pipe.
 */
export function openStdout(): Required<Destination> {
  let pending = ''
  const flush = () => {
    const text = pending
    pending = ''
    if (text !== '') writeAll(Buffer.from(text))
  }
  process.on('exit', flush)
  return {
    write(line) {
      if (pending === '') setImmediate(flush)
      pending += line
      if (pending.length > full) flush()
    },
    flush,
  }
}

/** What cannot be written, because nobody reads or the disk is full, is lost: a log must not fail the work it tells of. */
function writeAll(bytes: Uint8Array): void {
  let offset = 0
  while (offset < bytes.length) {
    try {
      offset += writeSync(stdout, bytes, offset)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) return
      // A full pipe that somebody made non-blocking: wait for its reader without burning the core.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
    }
  }
}
