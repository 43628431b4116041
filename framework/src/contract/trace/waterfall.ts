import { spanIdOf, type Operation, type Span } from '../../std/operation.ts'
import type { ClientPhase, ClientTimings } from './client-timings.ts'

/** One line of the picture. Times in milliseconds, from the beginning of the client's request. */
export interface WaterfallRow {
  readonly name: string
  /** The phase, or what kind of work the server did: for choosing a colour. */
  readonly kind: string
  readonly side: 'client' | 'server'
  readonly depth: number
  readonly start: number
  readonly ms: number
  readonly note: string
  /** `gap`: somebody took part here who recorded nothing. */
  readonly state: 'ok' | 'failed' | 'gap'
  /** The server's operation that it belongs to, by the id of its span. */
  readonly spanId?: string
  /** Which of the operation's spans it is; absent for the operation itself. */
  readonly spanIndex?: number
}

export interface Waterfall {
  /** The length of the time axis: what a request caused may go on behind its answer. */
  readonly span: number
  readonly rows: readonly WaterfallRow[]
}

export interface WaterfallInput {
  /** Without it the axis begins with the first operation. */
  readonly client?: ClientTimings
  readonly operations: readonly Operation[]
}

/** Puts what client and servers measured on one time axis, the server's part below the client's waiting. */
export function waterfall({ client, operations }: WaterfallInput): Waterfall {
  const sorted = operations.toSorted((a, b) => a.startedAt - b.startedAt)
  const server = sorted.length === 0 ? [] : serverRows(sorted, client)
  const rows: WaterfallRow[] = []
  for (const phase of client?.phases ?? []) {
    rows.push(...phaseRows(phase))
    if (phase.name === 'waiting') rows.push(...server)
  }
  if (client?.phases.some(({ name }) => name === 'waiting') !== true) rows.push(...server)
  return { span: Math.max(client?.total ?? 0, ...rows.map(({ start, ms }) => start + ms)), rows }
}

function phaseRows({ name, start, ms, note, parts = [], failed }: ClientPhase): WaterfallRow[] {
  const common = { kind: name, side: 'client' } as const
  return [
    { ...common, name, depth: 0, start, ms, note, state: failed === true ? 'failed' : 'ok' },
    ...parts.map((part): WaterfallRow => ({ ...common, ...part, depth: 1, state: 'ok' })),
  ]
}

function serverRows(operations: readonly Operation[], client: ClientTimings | undefined): WaterfallRow[] {
  const offset = offsetOf(operations[0]!, client)
  const base = client === undefined ? 0 : 1
  const callerOf = callers(operations)
  const rows: WaterfallRow[] = []
  const placed = new Set<Operation>()
  const place = (operation: Operation, depth: number) => {
    placed.add(operation)
    rows.push(...operationRows(operation, operation.startedAt + offset, depth))
    for (const one of operations) if (callerOf.get(one) === operation && !placed.has(one)) place(one, depth + 1)
  }
  for (const operation of operations.filter((one) => !callerOf.has(one))) {
    const { parentId } = operation
    // Without a client's record nobody knows who called first: that is no gap, it is the beginning.
    const isDirect = parentId === undefined || (client === undefined ? rows.length === 0 : parentId === client.spanId)
    if (!isDirect) rows.push(gapRow(operation, operation.startedAt + offset, base))
    place(operation, isDirect ? base : base + 1)
  }
  // Records that name each other as their callers have no beginning; they are shown all the same.
  for (const operation of operations) if (!placed.has(operation)) place(operation, base)
  return rows
}

/** Who called whom, where the caller is among them: an operation, or a span of it, is named as the parent. */
function callers(operations: readonly Operation[]): Map<Operation, Operation> {
  const owners = new Map<string, Operation>()
  for (const operation of operations) {
    for (const index of operation.spans.keys()) owners.set(spanIdOf(operation.spanId, index), operation)
    owners.set(operation.spanId, operation)
  }
  const found = new Map<Operation, Operation>()
  for (const operation of operations) {
    const caller = operation.parentId === undefined ? undefined : owners.get(operation.parentId)
    if (caller !== undefined && caller !== operation) found.set(operation, caller)
  }
  return found
}

function gapRow({ ms, parentId }: Operation, start: number, depth: number): WaterfallRow {
  const note = `whoever called this (${parentId}) recorded nothing`
  return { name: 'gap', kind: 'gap', side: 'server', depth, start: round(start), ms: round(ms), note, state: 'gap' }
}

/**
 * What turns the server's wall time into time on the axis.
 *
 * Two machines never have the same time. Where the server's clock would put its work outside of what the client saw of it,
 * the work is put into the middle of the waiting: what is left is the way there and back, and half of it is the best guess.
 */
function offsetOf({ startedAt, ms }: Operation, client: ClientTimings | undefined): number {
  if (client === undefined) return -startedAt
  const request = client.phases.find(({ name }) => name === 'request')
  const waiting = client.phases.find(({ name }) => name === 'waiting')
  if (request === undefined || waiting === undefined) return -client.startedAt
  const byClock = startedAt - client.startedAt
  // Both clocks count whole milliseconds at worst.
  const isPlausible = byClock >= request.start - 1 && byClock + ms <= client.total + 1
  const centred = Math.max(request.start, waiting.start + (waiting.ms - ms) / 2)
  const start = isPlausible ? Math.max(request.start, Math.min(byClock, client.total - ms)) : centred
  return start - startedAt
}

function operationRows(operation: Operation, start: number, depth: number): WaterfallRow[] {
  const { name, kind, ms, status, outcome, spans, dropped, error } = operation
  const notes = [...(status === 0 ? [] : [String(status)]), ...(error === undefined ? [] : [error.code ?? error.type]), kind]
  if (dropped > 0) notes.push(`${dropped} more were not kept`)
  const { spanId } = operation
  const head = { name, kind, side: 'server', depth, start: round(start), ms: round(ms), note: notes.join(' · '), spanId } as const
  const rows: WaterfallRow[] = [{ ...head, state: outcome === 'failed' ? 'failed' : 'ok' }]
  const below = Map.groupBy(spans.keys(), (index) => parentOf(spans, index))
  const add = (index: number, at: number) => {
    const span = spans[index]!
    const isLost = span.parent !== -1 && parentOf(spans, index) === -1
    const row = { ...spanRow(span, { start, depth: isLost ? at + 1 : at, operation }), spanId, spanIndex: index }
    if (isLost)
      rows.push({
        ...row,
        spanIndex: undefined,
        depth: at,
        name: 'gap',
        kind: 'gap',
        note: 'the span around this one is missing',
        state: 'gap',
      })
    rows.push(row)
    for (const child of inOrder(below.get(index), spans)) add(child, row.depth + 1)
  }
  for (const child of inOrder(below.get(-1), spans)) add(child, depth + 1)
  return rows
}

/** The span around a span; -1 for the operation, and where the one that is named is not there or leads back to the span itself. */
function parentOf(spans: readonly Span[], index: number): number {
  let at = spans[index]!.parent
  for (let steps = 0; at !== -1; steps++) {
    const around = spans[at]
    if (around === undefined || steps > spans.length) return -1
    at = around.parent
  }
  return spans[index]!.parent
}

function inOrder(indexes: readonly number[] | undefined, spans: readonly Span[]): number[] {
  return (indexes ?? []).toSorted((a, b) => spans[a]!.start - spans[b]!.start || a - b)
}

interface Place {
  readonly start: number
  readonly depth: number
  readonly operation: Operation
}

function spanRow({ name, kind, start, end, failed, attributes = {} }: Span, { start: offset, depth, operation }: Place): WaterfallRow {
  const notes = [...(failed === undefined ? [] : [failed]), ...Object.entries(attributes).map(sayAttribute)]
  if (end < 0) notes.push('never ended')
  return {
    name,
    kind,
    side: 'server',
    depth,
    start: round(offset + start),
    ms: round(Math.max(0, (end < 0 ? operation.ms : end) - start)),
    note: notes.join(' · '),
    state: failed === undefined ? 'ok' : 'failed',
  }
}

/** A step's label says the same as its name, and more. */
function sayAttribute([key, value]: [string, string | number | boolean]): string {
  return key === 'label' ? String(value) : `${key} ${value}`
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000
}
