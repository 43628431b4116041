import { promisify } from 'node:util'
import { gzip as gzipWithCallback } from 'node:zlib'
import type { Clock } from '../../std/clock.ts'
import { Secret } from '../../std/secret.ts'

export interface CollectorOptions {
  /** Without `/v1/traces`. */
  url: string
  /** More headers, such as a key. */
  headers?: Secret<Readonly<Record<string, string>>> | undefined
  clock: Clock
  /** Milliseconds for one attempt. Default 10,000. */
  timeout?: number
}

export type Signal = 'traces' | 'metrics' | 'logs'

/** What became of a batch: `refused` is the collector's last word, `failed` that nobody took it in time. */
export type Outcome =
  | { readonly outcome: 'taken'; readonly rejected: number }
  | { readonly outcome: 'refused' | 'failed' | 'cut'; readonly reason: string }

const gzip = promisify(gzipWithCallback)
const pauses = [500, 2_000, 8_000]
const longestPause = 30_000
const repeatable = new Set([429, 502, 503, 504])

/** One collector, spoken to by OTLP over HTTP with JSON: compressed, repeated as the standard says, never longer than it is let. */
export class Collector {
  readonly #options: CollectorOptions
  readonly #base: string
  readonly #headers: Secret<Record<string, string>>

  constructor(options: CollectorOptions) {
    this.#options = options
    const { href, authorization } = withoutCredentials(options.url)
    this.#base = href.replace(/\/$/, '')
    this.#headers = new Secret({ ...authorization, ...options.headers?.reveal() })
  }

  /** Resolves when the collector took it, refused it, or did not answer often enough; `signal` ends it at once. */
  async send(signal: Signal, document: unknown, cut: AbortSignal): Promise<Outcome> {
    const body = await gzip(JSON.stringify(document))
    for (let attempt = 0; ; attempt++) {
      const answer = await this.#post(signal, body, cut)
      if ('outcome' in answer) return answer
      const pause = pauses[attempt]
      if (pause === undefined) return { outcome: 'failed', reason: answer.reason }
      // Half of it by chance: the processes that a restarted collector knew would all come back at once.
      const jittered = pause * (0.5 + Math.random())
      if (!(await this.#wait(Math.min(longestPause, Math.max(jittered, answer.after)), cut)))
        return { outcome: 'cut', reason: answer.reason }
    }
  }

  async #post(signal: Signal, body: Uint8Array<ArrayBuffer>, cut: AbortSignal): Promise<Outcome | { after: number; reason: string }> {
    const { clock, timeout = 10_000 } = this.#options
    const late = new AbortController()
    const disarm = clock.after(timeout, () => late.abort(new Error(`no answer within ${timeout} ms`)))
    try {
      const response = await fetch(`${this.#base}/v1/${signal}`, {
        method: 'POST',
        headers: { ...this.#headers.reveal(), 'content-type': 'application/json', 'content-encoding': 'gzip' },
        body,
        signal: AbortSignal.any([late.signal, cut]),
        // What is recorded is for the collector that was named, and nobody else.
        redirect: 'manual',
      })
      const text = (await response.text()).slice(0, 1_000)
      if (response.ok) return { outcome: 'taken', rejected: rejectedOf(text) }
      const reason = `HTTP ${response.status}`
      if (!repeatable.has(response.status)) return { outcome: 'refused', reason }
      return { after: 1_000 * (Number(response.headers.get('retry-after')) || 0), reason }
    } catch (error) {
      if (cut.aborted) return { outcome: 'cut', reason: 'the process stops' }
      return { after: 0, reason: reasonOf(error) }
    } finally {
      disarm()
    }
  }

  /** Whether the whole of it passed. */
  async #wait(ms: number, cut: AbortSignal): Promise<boolean> {
    if (cut.aborted) return false
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const cancel = this.#options.clock.after(ms, () => resolve(true))
    const end = () => resolve(false)
    cut.addEventListener('abort', end, { once: true })
    const passed = await promise
    cut.removeEventListener('abort', end)
    cancel()
    return passed
  }
}

/** A password in a URL would be in every error about it. */
function withoutCredentials(text: string): { href: string; authorization: Record<string, string> } {
  const url = new URL(text)
  const { username, password } = url
  url.username = url.password = ''
  if (username === '') return { href: url.href, authorization: {} }
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { href: url.href, authorization: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` } }
}

/** `partialSuccess`: the collector took the request and not all that is in it. */
function rejectedOf(text: string): number {
  try {
    const { partialSuccess = {} } = JSON.parse(text) as { partialSuccess?: Record<string, unknown> }
    return Number(partialSuccess['rejectedSpans'] ?? partialSuccess['rejectedDataPoints'] ?? partialSuccess['rejectedLogRecords'] ?? 0)
  } catch {
    return 0
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message : error.message
}
