import type { Attributed, Attribution, Cause } from './attribution.ts'

/** A pool of connections, and what Little's law says of it: see `isLimit`. */
export interface PoolUse {
  /** Connections that there may be. */
  readonly max: number
  /** For how long, of the last five minutes, somebody waited. The rest is about that time. */
  readonly seconds: number
  /** Connections given back a second. */
  readonly perSecond: number
  /** How long each was held, in milliseconds. */
  readonly heldMs: number
  /** `perSecond` times the time held: how many were held at once. */
  readonly inUse: number
}

/** Why a route takes the time it takes. */
export interface Why {
  readonly route: string
  readonly attribution: Attribution | undefined
  readonly pool: PoolUse | undefined
}

/** A pool that was this full while somebody waited is what they waited for, and no connection that was being opened. */
const full = 0.8
/** Shares below are not worth a sentence. */
const least = 0.01
const matters = 0.05

/** Throughput times the time held is how many are held at once (Little's law). When that is about as many as there are, the pool is the limit. */
export function isLimit({ max, inUse }: PoolUse): boolean {
  return max > 0 && inUse >= max * full
}

/** `73 % waiting for a connection (pool of 10)`: one for each cause of a hundredth or more. */
export function sayCauses({ causes }: Pick<Attributed, 'causes'>, pool?: PoolUse): string[] {
  return causes.filter(({ share }) => share >= least).map((cause) => `${percent(cause.share)} ${sayCause(cause, pool)}`)
}

export function sayCause({ kind, what, parts }: Pick<Cause, 'kind' | 'what' | 'parts'>, pool?: PoolUse): string {
  if (kind === 'pool' && pool !== undefined) return `${what} (pool of ${pool.max})`
  const times = parts.reduce((sum, part) => sum + part.times, 0)
  return kind === 'sql' && times >= 0.5 ? `${what} (${plural(times, 'statement')})` : what
}

/** The whole answer, in sentences. */
export function sayWhy({ route, attribution, pool }: Why): string[] {
  if (attribution === undefined) return [`Nothing of ${route} is recorded: send some requests, or raise TRACE_SHARE.`]
  const { median, slowest } = attribution
  const sentences = [sayPart(`A usual request takes ${toMs(median.ms)}`, median, pool)]
  if (attribution.requests > 1) sentences.push(sayPart(`The slowest tenth takes ${toMs(slowest.ms)}`, slowest, pool))
  if (pool !== undefined) sentences.push(sayPool(attribution, pool))
  return sentences
}

function sayPart(head: string, part: Attributed, pool: PoolUse | undefined): string {
  const causes = sayCauses(part, pool)
  return causes.length === 0 ? `${head}.` : `${head}: ${causes.join(', ')}.`
}

export function sayPool({ median, slowest }: Attribution, pool: PoolUse): string {
  const shareOf = ({ causes }: Attributed) => causes.find(({ kind }) => kind === 'pool')?.share ?? 0
  const share = Math.max(shareOf(median), shareOf(slowest))
  const { max, perSecond, heldMs, inUse, seconds } = pool
  if (share < matters) return 'The pool is not the limit: this route hardly waits for it.'
  // What is recorded may be older than what the pool remembers.
  if (seconds === 0) return 'Whether the pool was the limit is not known any more: nobody has waited for it in the last five minutes.'
  const loans = perSecond === 0 ? 'none was given back' : `${toRate(perSecond)} a second were held for ${toMs(heldMs)} each`
  const sum = `while somebody waited, ${loans}: ${inUse.toFixed(1)} of ${max} in use`
  return isLimit(pool)
    ? `The pool is the limit: ${sum}. Hold connections for a shorter time, or allow more.`
    : `The pool is not the limit: ${sum}. Requests came in bursts, or waited for connections that were being opened.`
}

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}

function toMs(ms: number): string {
  return `${ms >= 100 ? Math.round(ms) : ms.toFixed(1)} ms`
}

function toRate(perSecond: number): string {
  return perSecond >= 10 ? String(Math.round(perSecond)) : perSecond.toFixed(1)
}

function plural(count: number, word: string): string {
  const rounded = Math.max(1, Math.round(count))
  return `${rounded} ${word}${rounded === 1 ? '' : 's'}`
}
