import type { ClientTimings } from '../../../../framework/src/contract/trace/client-timings.ts'
import { waterfall, type WaterfallRow } from '../../../../framework/src/contract/trace/waterfall.ts'
import type { Operation, Span } from '../../../../framework/src/std/operation.ts'

/** A row of the waterfall, with what it was drawn from. */
export interface PictureRow extends WaterfallRow {
  readonly key: string
  /** How many rows stand below it, shown or not. */
  readonly below: number
  readonly isOpen: boolean
  /** How many quick steps it stands for. */
  readonly folded?: number
  readonly operation?: Operation | undefined
  readonly span?: Span | undefined
}

export interface Picture {
  /** Milliseconds on the axis. */
  readonly span: number
  readonly rows: readonly PictureRow[]
  /** Steps so quick that they are drawn as one. */
  readonly quick: number
}

export interface PictureOptions {
  /** Rows whose lower ones are not shown, by key. */
  readonly closed: ReadonlySet<string>
  readonly isDetailed: boolean
  /** What the client of the first operation saw of it. */
  readonly client?: ClientTimings | undefined
}

const quickShare = 0.01

/** The rows that are shown. What is folded keeps its time: rows still add up. */
export function toPicture(operations: readonly Operation[], { closed, isDetailed, client }: PictureOptions): Picture {
  const { span, rows } = waterfall({ operations, ...(client !== undefined && { client }) })
  const owners = new Map(operations.map((operation) => [operation.spanId, operation]))
  const all = rows.map((row, index): PictureRow => {
    const operation = row.spanId === undefined ? undefined : owners.get(row.spanId)
    const key = row.state === 'gap' ? `gap ${index}` : row.side === 'client' ? `client ${index}` : `${row.spanId} ${row.spanIndex ?? ''}`
    return { ...row, key, operation, span: operation?.spans[row.spanIndex ?? -1], below: countBelow(rows, index), isOpen: !closed.has(key) }
  })
  const open = withoutClosed(all)
  const folded = folding(open, span * quickShare)
  return { span, rows: isDetailed ? open : folded, quick: folded.reduce((sum, row) => sum + (row.folded ?? 0), 0) }
}

function countBelow(rows: readonly WaterfallRow[], index: number): number {
  const next = rows.findIndex((row, at) => at > index && row.depth <= rows[index]!.depth)
  return (next < 0 ? rows.length : next) - index - 1
}

function withoutClosed(rows: readonly PictureRow[]): PictureRow[] {
  const shown: PictureRow[] = []
  let deepest = Infinity
  for (const row of rows) {
    if (row.depth > deepest) continue
    deepest = row.isOpen ? Infinity : row.depth
    shown.push(row)
  }
  return shown
}

/** Runs of quick steps become one row each. A step alone keeps its row: one line is one line. */
function folding(rows: readonly PictureRow[], limit: number): PictureRow[] {
  const folded: PictureRow[] = []
  let run: PictureRow[] = []
  const flush = () => {
    folded.push(...(run.length < 2 ? run : [asOne(run)]))
    run = []
  }
  for (const row of rows) {
    const isQuick = row.kind === 'stage' && row.span !== undefined && row.below === 0 && row.ms < limit && row.state === 'ok'
    if (!isQuick || (run[0] !== undefined && (run[0].depth !== row.depth || run[0].spanId !== row.spanId))) flush()
    if (isQuick) run.push(row)
    else folded.push(row)
  }
  flush()
  return folded
}

function asOne(run: readonly PictureRow[]): PictureRow {
  const [first] = run
  const last = run.at(-1)!
  return {
    ...first!,
    key: `quick ${first!.key}`,
    name: `${run.length} quick steps`,
    note: run.map(({ name }) => name).join(', '),
    ms: Math.round(run.reduce((sum, { ms }) => sum + ms, 0) * 1000) / 1000,
    start: first!.start,
    folded: run.length,
    span: { name: '', kind: 'stage', parent: -1, start: first!.span!.start, end: last.span!.end },
  }
}
