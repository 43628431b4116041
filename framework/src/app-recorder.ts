import { rawHeader } from './http/headers.ts'
import { isSameSecret } from './std/same-secret.ts'
import type { Log } from './std/log.ts'
import type { Redaction } from './std/redaction.ts'
import type { Secret } from './std/secret.ts'
import { parseTraceContext } from './std/trace-context.ts'
import { recorder, type Recorder } from './system/trace/index.ts'
import { smellsOf } from './tools/console/smells.ts'

interface RecorderSettings {
  readonly mode: 'development' | 'production' | 'test'
  readonly traceShare: number | undefined
  readonly consoleToken: Secret<string> | undefined
}

/** The recorder as the mode wants it: everything in development, failures and samples in production. */
export function openRecorder({ mode, traceShare, consoleToken }: RecorderSettings, redaction: Redaction): Recorder {
  const production = mode === 'production'
  return recorder({
    share: traceShare ?? (production ? 0.01 : 1),
    bodies: !production,
    redaction,
    isAsked: production ? (headers) => isGranted(headers, consoleToken) : isSampled,
  })
}

/** Tells a developer, once a route, that it asks the database for each row by itself. */
export function warnOfRepeats(recorder: Recorder, log: Log): void {
  const told = new Set<string>()
  recorder.listen((operation) => {
    const smell = told.has(operation.name) ? undefined : smellsOf(operation).find(({ kind }) => kind === 'n-plus-one')
    if (smell === undefined) return
    told.add(operation.name)
    log.warn('one statement for each row', {
      route: operation.name,
      requestId: operation.id,
      times: smell.count,
      sql: smell.sql,
      fix: smell.fix,
    })
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
