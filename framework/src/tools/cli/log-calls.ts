import type { EventLevel } from '../../std/log-event.ts'

/** A call such as `log.info('order placed', …)`. */
export interface LogCall {
  readonly line: number
  readonly level: EventLevel
  /** The names that it may write; empty where something else decides. */
  readonly events: readonly string[]
  /** The message is put together: nothing can count, find or list such lines. */
  readonly isInterpolated: boolean
}

const call = /(?<![\w$])[\w$.#?]*[lL]og\??\.(debug|info|warn|error|fatal)\(\s*/g
const comment = /^\s*(?:\/\/|\*|\/\*)/

/** The calls of a log in a source text. It reads first arguments and nothing else: a parser would have to be installed with us. */
export function logCalls(text: string): LogCall[] {
  const calls: LogCall[] = []
  for (const match of text.matchAll(call)) {
    const before = text.slice(0, match.index)
    if (comment.test(before.slice(before.lastIndexOf('\n') + 1))) continue
    const message = firstArgument(text, match.index + match[0].length)
    const events = namesIn(message)
    const isInterpolated = events.length === 0 && /[`+]|\.concat\(|\.join\(/.test(message)
    calls.push({ line: before.split('\n').length, level: match[1] as EventLevel, events, isInterpolated })
  }
  return calls
}

function namesIn(message: string): string[] {
  const literal = /^(['"`])((?:(?!\1)[^\\$]|\\.)*)\1$/s.exec(message)
  if (literal !== null) return [unescaped(literal[2]!)]
  const choice = /\?\s*'((?:[^'\\]|\\.)*)'\s*:\s*'((?:[^'\\]|\\.)*)'$/.exec(message)
  return choice === null ? [] : [unescaped(choice[1]!), unescaped(choice[2]!)]
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(.)/g, '$1')
}

/** Up to the comma or parenthesis that ends it. */
function firstArgument(text: string, start: number): string {
  let depth = 0
  let quote = ''
  let at = start
  for (; at < text.length; at++) {
    const character = text[at]!
    if (character === '\\') at++
    else if (quote !== '') quote = character === quote ? '' : quote
    else if (/['"`]/.test(character)) quote = character
    else if (/[([{]/.test(character)) depth++
    else if (/[)\]}]/.test(character) && depth-- === 0) break
    else if (character === ',' && depth === 0) break
  }
  return text.slice(start, at).trim()
}
