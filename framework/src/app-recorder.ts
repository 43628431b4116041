import { timingSafeEqual } from 'node:crypto'
import { rawHeader as valueOf } from './http/headers.ts'
import type { Secret } from './std/secret.ts'
import { parseTraceContext } from './std/trace-context.ts'
import { recorder, type Recorder } from './system/trace/index.ts'

interface RecorderSettings {
  readonly mode: 'development' | 'production' | 'test'
  readonly traceShare: number | undefined
  readonly consoleToken: Secret<string> | undefined
}

/** The recorder as the mode wants it: everything in development, failures and samples in production. */
export function openRecorder({ mode, traceShare, consoleToken }: RecorderSettings): Recorder {
  const production = mode === 'production'
  return recorder({
    share: traceShare ?? (production ? 0.01 : 1),
    bodies: !production,
    isAsked: production ? granted(consoleToken) : (headers) => isSampled(headers),
  })
}

/** In production only those who hold the console's token may have a request of theirs recorded. */
function granted(token: Secret<string> | undefined): (headers: readonly string[]) => boolean {
  if (token === undefined) return () => false
  const right = Buffer.from(token.reveal())
  return (headers) => {
    const given = valueOf(headers, 'x-debug-grant')
    if (given === undefined) return false
    const bytes = Buffer.from(given)
    return bytes.length === right.length && timingSafeEqual(bytes, right)
  }
}

/** Whether the caller records the trace that this request is part of. */
function isSampled(headers: readonly string[]): boolean {
  const parent = valueOf(headers, 'traceparent')
  return parent !== undefined && ((parseTraceContext(parent, undefined)?.flags ?? 0) & 1) === 1
}
