const full = 64 * 1_024

/** Collects the lines of one turn of the event loop and puts them in one go; at exit what is left, with `atLast`. */
export function turnByTurn(put: (text: string, atLast: boolean) => void) {
  let pending = ''
  const flush = (atLast = false): void => {
    const text = pending
    pending = ''
    put(text, atLast)
  }
  process.on('exit', () => flush(true))
  return {
    flush,
    write: (line: string): void => {
      if (pending === '') setImmediate(flush)
      pending += line
      if (pending.length > full) flush()
    },
  }
}
