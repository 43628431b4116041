// What a terminal obeys rather than shows: control characters and those that change the direction of text.
const unprintable = /(?!\t)[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu

/**
 * Text in a line of a log that people read: no line break begins a line that nobody wrote, and no terminal is told to do anything.
 * Lines that are JSON need it not, for JSON escapes by itself.
 *
 * ```ts
 * import { escapeLog } from 'throughline/escape'
 *
 * const line = `login failed for ${escapeLog('eve\n12:00:00 INFO login of admin')}\n`
 * ```
 */
export function escapeLog(text: string): string {
  return text
    .replaceAll('\n', String.raw`\n`)
    .replace(unprintable, (character) => String.raw`\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
