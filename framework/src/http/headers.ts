import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { Head, Outgoing } from './stage.ts'

/** The value of a header of the answer; `name` in lower case. */
export function headerOf({ headers }: Outgoing, name: string): string | undefined {
  for (let i = 0; i < headers.length; i += 2) if (headers[i] === name) return headers[i + 1]
  return undefined
}

/** All of them, for those who write line by line. */
export function headerLines({ fixed, headers }: Pick<Head, 'fixed' | 'headers'>): string[] {
  return fixed === undefined ? [...headers] : [...fixed.lines, ...headers]
}

/** Sets a header of the answer, in place of what it was; `name` in lower case. */
export function setHeader({ headers }: Outgoing, name: string, value: string): void {
  for (let i = 0; i < headers.length; i += 2)
    if (headers[i] === name) {
      headers[i + 1] = value
      return
    }
  headers.push(name, value)
}

/**
 * Adds a request header to `Vary`: what a stage read to choose this answer. Merged, never overwritten: two stages and
 * the handler may each have read something, and a cache that misses one of them gives the wrong variant away (RFC 9110, 12.5.5).
 */
export function addVary(outgoing: Outgoing, name: string): void {
  const before = headerOf(outgoing, 'vary')
  if (before === undefined) outgoing.headers.push('vary', name)
  else if (before !== '*' && !before.split(',').some((read) => read.trim().toLowerCase() === name))
    setHeader(outgoing, 'vary', `${before}, ${name}`)
}

/**
 * A header of the request; `name` in lower case. Read from the raw lines: `request.headers` is made when it is first asked for,
 * which costs routes that need no header of theirs.
 */
export function rawHeader(rawHeaders: readonly string[], name: string): string | undefined {
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const found = rawHeaders[i]!
    if (found.length === name.length && found.toLowerCase() === name) return rawHeaders[i + 1]
  }
  return undefined
}

/**
 * A header of the request; `name` in lower case. For steps that every request runs: clients send their headers in many orders, each of which is
 * another shape of object to the compiler, and whoever reads a member of it by its name is compiled anew for every one.
 */
export function requestHeader<Name extends keyof IncomingHttpHeaders>({ headers }: IncomingMessage, name: Name): IncomingHttpHeaders[Name] {
  return headers[name]
}
