import { rawHeader } from './http/headers.ts'
import { isSameSecret } from './std/same-secret.ts'
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
    isAsked: production ? (headers) => isGranted(headers, consoleToken) : isSampled,
  })
}

/** In production only those who hold the console's token may have a request of theirs recorded. */
function isGranted(headers: readonly string[], token: Secret<string> | undefined): boolean {
  const given = token === undefined ? undefined : rawHeader(headers, 'x-debug-grant')
  return given !== undefined && isSameSecret(given, token!.reveal())
}

/** Whether the caller records the trace that this request is part of. */
function isSampled(headers: readonly string[]): boolean {
  const parent = rawHeader(headers, 'traceparent')
  return parent !== undefined && ((parseTraceContext(parent, undefined)?.flags ?? 0) & 1) === 1
}
