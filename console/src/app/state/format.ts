const bytesUnits = ['B', 'kB', 'MB', 'GB']

/** `0.42`, `8.3`, `140`, `1,204`: three digits that count, in milliseconds. */
export function toMs(ms: number): string {
  if (ms >= 100) return Math.round(ms).toLocaleString('en')
  return ms >= 10 ? ms.toFixed(1) : ms.toFixed(2)
}

/** A length of time in the unit that reads best: `420 µs`, `8.3 ms`, `2.4 s`, `3 min`, `5 h`. */
export function toDuration(ms: number): string {
  if (ms < 1000) return `${toMs(ms)} ms`
  const seconds = ms / 1000
  if (seconds < 90) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`
  const minutes = seconds / 60
  if (minutes < 90) return `${Math.round(minutes)} min`
  const hours = minutes / 60
  return hours < 48 ? `${Math.round(hours)} h` : `${Math.round(hours / 24)} d`
}

export function toBytes(bytes: number): string {
  let unit = 0
  while (bytes >= 1000 && unit < bytesUnits.length - 1) {
    bytes /= 1000
    unit++
  }
  return `${unit === 0 || bytes >= 100 ? Math.round(bytes) : bytes.toFixed(1)} ${bytesUnits[unit]}`
}

export function toCount(count: number): string {
  return count < 10_000
    ? count.toLocaleString('en')
    : Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 }).format(count)
}

/** `14:03:22.481` on the clock of whoever looks. */
export function toClock(at: number): string {
  const date = new Date(at)
  const two = (part: number) => String(part).padStart(2, '0')
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

/** `12 s ago`. */
export function toAgo(at: number, now: number): string {
  const ms = Math.max(0, now - at)
  return ms < 2000 ? 'just now' : `${toDuration(ms)} ago`
}

export function toDate(at: number): string {
  return new Date(at).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })
}

export function plural(count: number, word: string, words = `${word}s`): string {
  return `${toCount(count)} ${count === 1 ? word : words}`
}
