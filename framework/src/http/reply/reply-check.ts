import { compileSchema } from '../../contract/compile-schema.ts'
import type { Endpoint } from '../../contract/endpoint.ts'
import { jsonWriter } from '../../contract/json-writer.ts'
import { isStream } from '../../contract/stream.ts'
import type { Exchange } from '../exchange.ts'
import type { Outgoing, Reply, Stage } from '../stage.ts'

/**
 * Holds answers against the schema that they were promised by: their types the writer has seen to, but not their limits, formats and rules.
 * In whatever format and under whatever names they leave, it looks at what they would be as JSON. Of streams it sees nothing.
 *
 * In development and tests every answer is checked, and one that breaks its promise becomes a 500. In production one of many is
 * checked, ten a second at most, when it is out, and counted: callers keep the answer that they would have got.
 */
export const replyCheck: Stage = {
  name: 'reply-check',
  compile({ endpoint }, { replyCheckRate: rate = 0, strict = false }) {
    const { returns } = endpoint.promises
    if (rate === 0 || returns === undefined || isStream(returns)) return undefined
    const every = Math.round(1 / rate)
    // The first answer is checked, too: a route that is seldom asked has few.
    let left = 0
    let second = -Infinity
    let checked = 0
    let check: Check | undefined
    return {
      stage: 'reply-check',
      label: `reply-check ${every === 1 ? 'all' : `1 of ${every}`}`,
      written(c, reply, outgoing) {
        if (outgoing.status >= 300 || --left >= 0) return
        left = every - 1
        if (strict) {
          refuse(c, (check ??= checkOf(endpoint))(reply, outgoing)())
          return
        }
        const now = c.site.clock.monotonic()
        if (now - second >= 1_000) {
          second = now
          checked = 0
        }
        if (checked++ >= mostPerSecond) return
        const breaches = (check ??= checkOf(endpoint))(reply, outgoing)
        c.after(() => count(c, breaches()))
      },
    }
  },
}

const json = 'application/json'
/** A busy route is not known any better by hundreds. */
const mostPerSecond = 10

/** Takes the answer down as it is now, and gives what finds its breaches: the handler may still change what it has returned. */
type Check = (reply: Reply, outgoing: Outgoing) => () => readonly string[]

function checkOf({ address, promises: { returns, naming } }: Endpoint): Check {
  const schema = compileSchema(returns!, `${address} returns`, { unknownMembers: 'allow' })
  const toJson = jsonWriter(schema.output)
  // Where and what, never the values: they may be secrets. None, too, for a schema that is asynchronous.
  const breachesOf = (text: string): string[] => {
    const verdict = schema.parse(JSON.parse(text))
    if (verdict instanceof Promise || verdict.issues === undefined) return []
    return verdict.issues.map(({ pointer, code }) => `${pointer || 'the whole'} ${code}`)
  }
  return ({ value, type }, { body }) => {
    let text: string
    if (type === undefined) {
      if (value === undefined) return none
      try {
        text = toJson(value)
      } catch {
        return () => ['the whole invalid-type']
      }
    } else {
      // What a handler wrote itself has the written names, which the schema does not know.
      if (naming !== undefined || !type.startsWith(json) || !(typeof body === 'string' || body instanceof Uint8Array)) return none
      text = typeof body === 'string' ? body : Buffer.from(body).toString()
    }
    return () => breachesOf(text)
  }
}

const none = (): readonly string[] => []

function refuse(c: Exchange, breaches: readonly string[]): void {
  if (breaches.length === 0) return
  throw new Error(`${c.route} answered what its contract does not allow: ${breaches.join(', ')}. Correct the answer, or what returns says.`)
}

function count(c: Exchange, breaches: readonly string[]): void {
  if (breaches.length === 0) return
  c.site.onBreach(c.route, 'reply-invalid')
  c.site.log.warn('reply breaks its contract', { requestId: c.id, route: c.route, breaches })
}
