import { escapeLog } from '../../std/escape/log.ts'
import type { Destination } from './stdout.ts'

const colours: Record<string, number> = { debug: 90, info: 32, warn: 33, error: 31, fatal: 35 }
const plain = /^[^\s"=\p{Cc}\u202a-\u202e\u2066-\u2069]+$/u

/** Turns JSON lines into lines for people: `12:04:05.123 INFO  order placed  orderId=7`. */
export function prettyLines(to: Destination, colour: boolean): Destination {
  const paint = (code: number, text: string) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text)
  return {
    write(line) {
      const { time, level, msg, error, ...fields } = JSON.parse(line) as Record<string, unknown>
      const label = String(level)
      const pairs = Object.entries(fields).map(([key, value]) => `  ${paint(2, `${shown(key)}=`)}${shown(value)}`)
      const head = `${paint(2, String(time).slice(11, 23))} ${paint(colours[label] ?? 0, label.toUpperCase().padEnd(5))} ${escapeLog(String(msg))}`
      to.write(`${head}${pairs.join('')}\n${error === undefined ? '' : stack(error)}`)
    },
    flush: () => to.flush?.(),
    reopen: () => to.reopen?.(),
  }
}

function shown(value: unknown): string {
  if (typeof value !== 'string') return escapeLog(JSON.stringify(value))
  return plain.test(value) ? value : escapeLog(JSON.stringify(value))
}

function stack(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('stack' in error)) return `    ${shown(error)}\n`
  const own = String(error.stack)
    .split('\n')
    .map((line) => `    ${escapeLog(line)}\n`)
    .join('')
  return 'cause' in error && error.cause !== undefined ? `${own}    caused by:\n${stack(error.cause)}` : own
}
