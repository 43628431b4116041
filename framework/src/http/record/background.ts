import type { BackgroundRecord } from '../../std/background-record.ts'
import type { Clock } from '../../std/clock.ts'
import type { Recording } from '../../std/recording.ts'
import { recordedLog } from '../../std/recorded-log.ts'
import { isExpected } from '../../std/errors.ts'
import { Spans } from '../../std/spans.ts'
import { newSpanId } from '../../std/trace-context.ts'
import { linesOf, spansOf, toThrown } from './operation.ts'

/** Work behind an answer is an operation of its own: it may fail, and be slow, long after its request did neither. */
export function backgroundRecord(recording: Recording, clock: Clock): BackgroundRecord {
  let count = 0
  return {
    begin(of) {
      const started = clock.monotonic()
      const startedAt = clock.now().getTime()
      const spans = new Spans(clock, started)
      const spanId = newSpanId()
      const detailed = recording.detail(started)
      const end = (error?: unknown): void => {
        const ms = clock.monotonic() - started
        const failed = error !== undefined && !isExpected(error)
        const kept = recording.keeper(of.route)({ ms, failed, asked: false, detailed })
        if (kept === undefined || of.trace === undefined) return
        recording.add(
          {
            id: `${of.id}.${++count}`,
            kind: 'background',
            name: of.route,
            traceId: of.trace.traceId,
            spanId,
            parentId: of.spanId ?? of.trace.parentId,
            startedAt,
            ms,
            status: 0,
            outcome: failed ? 'failed' : error === undefined ? 'ok' : 'refused',
            kept,
            spans: spansOf(spans, recording.redaction),
            dropped: spans.dropped,
            logs: linesOf(spans, recording.redaction),
            ...(error !== undefined && { error: toThrown(error, { withStack: failed, by: recording.redaction }) }),
          },
          started,
        )
      }
      return { ambient: { log: recordedLog(of.log, spans), spans, spanId }, end }
    },
  }
}
