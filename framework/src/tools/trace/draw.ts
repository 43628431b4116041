import type { Waterfall, WaterfallRow } from '../../contract/trace/waterfall.ts'
import { visible, type Paint } from '../cli/terminal.ts'

type Colour = Parameters<Paint>[0]

const colours: Readonly<Record<string, Colour>> = {
  dns: 'cyan',
  tcp: 'blue',
  tls: 'magenta',
  request: 'yellow',
  waiting: 'yellow',
  content: 'green',
}

export interface DrawOptions {
  readonly paint: Paint
  /** How wide the terminal is; notes are cut there. Default: as long as they are. */
  readonly columns: number | undefined
}

const narrowest = 16

/** The picture of a waterfall: a name, a bar on the common time axis, milliseconds, a note. */
export function draw({ rows: all, span }: Waterfall, { paint, columns }: DrawOptions): string {
  const rows = folded(all)
  const names = rows.map(({ name, depth }) => '  '.repeat(depth) + visible(onOneLine(name)))
  const numbers = rows.map(({ ms }) => ms.toFixed(2))
  const forNumbers = Math.max(0, ...numbers.map(({ length }) => length))
  const forNames = Math.min(Math.max(0, ...names.map(({ length }) => length)), Math.max(narrowest, Math.floor((columns ?? 120) * 0.34)))
  const forBars = Math.max(10, Math.floor(((columns ?? 120) - forNames - forNumbers) * 0.35))
  const forNotes = columns === undefined ? Infinity : columns - forNames - forBars - forNumbers - 6
  return rows
    .map((row, index) => {
      const colour = colourOf(row)
      const name = cut(names[index]!, forNames).padEnd(forNames)
      const note = cut(visible(row.state === 'failed' ? `failed: ${row.note}` : row.note), forNotes)
      const bar = paint(colour, barOf(row, span, forBars).padEnd(forBars))
      const shown = row.depth === 0 ? paint('bold', name) : name
      return `${shown}  ${bar}  ${numbers[index]!.padStart(forNumbers)}  ${paint(row.state === 'ok' ? 'dim' : 'red', note)}`.trimEnd()
    })
    .join('\n')
}

/** Steps that took no time worth drawing stand together on one line, by their names. */
function folded(rows: readonly WaterfallRow[]): WaterfallRow[] {
  const lines: WaterfallRow[] = []
  let few: WaterfallRow[] = []
  const put = () => {
    const [first] = few
    if (first !== undefined && few.length > 1)
      lines.push({
        ...first,
        name: `${few.length} steps`,
        ms: few.reduce((sum, { ms }) => sum + ms, 0),
        note: few.map(({ name }) => name).join(', '),
      })
    else lines.push(...few)
    few = []
  }
  for (const [index, row] of rows.entries()) {
    const isLeaf = (rows[index + 1]?.depth ?? 0) <= row.depth
    const isSmall = row.kind === 'stage' && row.state === 'ok' && row.ms < 0.01 && isLeaf
    if (!isSmall || (few.length > 0 && few[0]!.depth !== row.depth)) put()
    if (isSmall) few.push(row)
    else lines.push(row)
  }
  put()
  return lines
}

function colourOf({ state, kind, side }: WaterfallRow): Colour {
  if (state !== 'ok') return 'red'
  return colours[kind] ?? (side === 'server' ? 'blue' : 'dim')
}

function barOf({ start, ms, state }: WaterfallRow, span: number, width: number): string {
  if (span <= 0) return ''
  const from = Math.min(width - 1, Math.floor((start / span) * width))
  const cells = (ms / span) * width
  const mark = state === 'gap' ? '░' : '█'
  // What took time is seen, however short it was; what took none leaves its place empty.
  const bar = cells >= 0.5 ? mark.repeat(Math.min(width - from, Math.round(cells))) : ms > 0 ? '▏' : ''
  return ' '.repeat(from) + bar
}

/** Statements are written over many lines. */
function onOneLine(name: string): string {
  return name.trim().replace(/\s+/g, ' ')
}

function cut(text: string, width: number): string {
  if (text.length <= width) return text
  return width < 1 ? '' : `${text.slice(0, width - 1)}…`
}
