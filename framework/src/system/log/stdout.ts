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
 * The call is synchronous: handing it to the thread pool costs more than write(2) itself, and loses lines when the
 * process exits. A reader that stops reading therefore stops the process, as with every program that writes to a pipe.
 */
export function openStdout(): Required<Destination> {
  let pending = ''
  let gone = false
  const flush = () => {
    const text = pending
    pending = ''
    if (text !== '' && !gone) gone = !writeAll(Buffer.from(text))
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

/** False when nobody reads any more. */
function writeAll(bytes: Uint8Array): boolean {
  let offset = 0
  while (offset < bytes.length) {
    try {
      offset += writeSync(stdout, bytes, offset)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) return false
      // A full pipe that somebody made non-blocking: wait for its reader without burning the core.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
    }
  }
  return true
}
