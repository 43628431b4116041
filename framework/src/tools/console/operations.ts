import { NotFound } from '../../contract/problems.ts'
import { explain } from '../../contract/trace/explain.ts'
import type { Operation } from '../../std/operation.ts'
import type { Recorder } from '../../system/trace/index.ts'
import type { ClientHalves } from './client-halves.ts'
import type { Filters } from './contract.ts'
import { smellsOf } from './smells.ts'
import type { OperationRow, OperationsView, TraceView } from './views.ts'

export function toRow(operation: Operation): OperationRow {
  const { id, traceId, kind, name, status, outcome, kept, startedAt, ms, spans, http, error } = operation
  const queries = spans.filter((span) => span.kind === 'sql')
  return {
    id,
    traceId,
    kind,
    name,
    method: http?.method,
    target: http?.target,
    status,
    outcome,
    kept,
    startedAt,
    ms,
    queries: queries.length,
    queryMs: queries.reduce((sum, { start, end }) => sum + Math.max(0, end - start), 0),
    actor: http?.actor,
    error: error?.code ?? error?.type,
  }
}

/** Whether an operation is what the filters ask for; `before` and `limit` are not about one. */
export function isWanted(operation: Operation, { kind, outcome, name, text, status, minMs }: Filters): boolean {
  if (kind !== undefined && operation.kind !== kind) return false
  if (outcome !== undefined && operation.outcome !== outcome) return false
  if (name !== undefined && operation.name !== name) return false
  if (status !== undefined && operation.status !== status) return false
  if (minMs !== undefined && operation.ms < minMs) return false
  return text === undefined || haystack(operation).includes(text.toLowerCase())
}

function haystack({ id, traceId, name, http, error }: Operation): string {
  return [id, traceId, name, http?.target, http?.actor, error?.code, error?.type, error?.message].join('\n').toLowerCase()
}

export function listed(recorder: Recorder, { before = Infinity, limit = 100, ...filters }: Filters): OperationsView {
  const rows: OperationRow[] = []
  let more = 0
  for (const operation of recorder.newest()) {
    if (operation.startedAt >= before || !isWanted(operation, filters)) continue
    if (rows.length < limit) rows.push(toRow(operation))
    else more++
  }
  return { rows, more, held: recorder.size }
}

export function traced(recorder: Recorder, clients: ClientHalves, id: string): TraceView {
  const operations = recorder.find(id).toSorted((one, other) => one.startedAt - other.startedAt)
  const [first] = operations
  if (first === undefined) throw NotFound()
  return {
    traceId: first.traceId,
    operations,
    smells: operations.flatMap(smellsOf),
    sentences: explain(operations, id),
    clients: clients.of(operations),
  }
}

/** The newest request of that id: callers choose ids, and may choose one twice. */
export function requestOf(recorder: Recorder, id: string): Operation {
  const found = recorder.find(id).findLast((one) => one.id === id && one.kind === 'request')
  if (found === undefined) throw NotFound()
  return found
}
