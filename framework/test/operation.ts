import type { Operation } from '../src/std/operation.ts'

/** A request of which nothing is remarkable but what `more` says. */
export function operation(more: Partial<Operation> = {}): Operation {
  return {
    id: 'request-1',
    kind: 'request',
    name: 'GET /x',
    traceId: 'a'.repeat(32),
    spanId: '5'.repeat(16),
    startedAt: 0,
    ms: 1,
    status: 200,
    outcome: 'ok',
    kept: 'share',
    spans: [],
    dropped: 0,
    logs: [],
    ...more,
  }
}
