import { compileSchema } from '../../contract/compile-schema.ts'
import type { CompiledSchema } from '../../contract/compiled-schema.ts'
import { isStream } from '../../contract/stream.ts'
import { headerOf } from '../headers.ts'
import type { Exchange } from '../exchange.ts'
import type { Outgoing, Stage } from '../stage.ts'
import { becomeProblem } from './problem-json.ts'

/**
 * Holds answers against the schema that they were promised by: their types the writer has seen to, but not their limits, formats and rules.
 *
 * In development and tests every answer in JSON is checked, and one that breaks its promise becomes a 500. In production one of many is
 * checked, ten a second at most, when it is out, and counted: callers keep the answer that they would have got.
 */
export const replyCheck: Stage = {
  name: 'reply-check',
  compile({ endpoint: { address, promises } }, { replyCheckRate: rate = 0, strict = false }) {
    const { returns, produces = [json] } = promises
    if (rate === 0 || returns === undefined || isStream(returns) || !produces.includes(json)) return undefined
    const every = Math.round(1 / rate)
    // The first answer is checked, too: a route that is seldom asked has few.
    let left = 0
    let second = -Infinity
    let checked = 0
    let schema: CompiledSchema | undefined
    const breachesOf = (body: string | Uint8Array) => {
      schema ??= compileSchema(returns, `${address} returns`, { unknownMembers: 'allow' })
      return toBreaches(schema, typeof body === 'string' ? body : Buffer.from(body).toString())
    }
    return {
      stage: 'reply-check',
      label: `reply-check ${every === 1 ? 'all' : `1 of ${every}`}`,
      leave(c, outgoing) {
        const { status, body } = outgoing
        if (status >= 300 || (typeof body !== 'string' && !(body instanceof Uint8Array)) || --left >= 0) return
        if (!headerOf(outgoing, 'content-type')?.startsWith(json)) return
        left = every - 1
        if (strict) return refuse(c, outgoing, breachesOf(body))
        const now = c.site.clock.monotonic()
        if (now - second >= 1_000) {
          second = now
          checked = 0
        }
        if (checked++ >= mostPerSecond) return
        c.after(() => count(c, breachesOf(body)))
      },
    }
  },
}

const json = 'application/json'
/** A busy route is not known any better by hundreds. */
const mostPerSecond = 10

/** Where and what, never the values: they may be secrets. Empty, too, for a schema that is asynchronous. */
function toBreaches(schema: CompiledSchema, body: string): string[] {
  const verdict = schema.parse(JSON.parse(body))
  if (verdict instanceof Promise || verdict.issues === undefined) return []
  return verdict.issues.map(({ pointer, code }) => `${pointer || 'the whole'} ${code}`)
}

function refuse(c: Exchange, outgoing: Outgoing, breaches: readonly string[]): void {
  if (breaches.length === 0) return
  becomeProblem(
    c,
    outgoing,
    new Error(`${c.route} answered what its contract does not allow: ${breaches.join(', ')}. Correct the answer, or what returns says.`),
  )
}

function count(c: Exchange, breaches: readonly string[]): void {
  if (breaches.length === 0) return
  c.site.onBreach(c.route, 'reply-invalid')
  c.site.log.warn('reply breaks its contract', { requestId: c.id, route: c.route, breaches })
}
