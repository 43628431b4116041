import type { Section } from './report.ts'

/** Which columns of a section become bars. */
export interface Chart {
  /** How many columns name a row. Default: the first. */
  readonly names?: number
  /** Columns whose cells begin with a number: a bar for each. */
  readonly values: readonly number[]
  /** The column with the most that is allowed. The bars are then shares of that: rows may have units of their own. */
  readonly goal?: number
}

interface Bar {
  readonly label: string
  readonly series: number
  readonly text: string
  readonly length: number
  readonly ours: boolean
}

const width = 720
const labelWidth = 260
const valueWidth = 110
const barHeight = 16
const rowGap = 8
// Of one brightness, so that they can be read on white as well as on black: a picture is not told which page it is on.
const ink = '#757d87'
const colours = ['#2f81f7', '#c2772b', '#8957e5']
const others = '#8b949e'

/** Horizontal bars from zero: `undefined` for a section that has no chart. */
export function toSvg(section: Section): string | undefined {
  if (section.chart === undefined) return undefined
  const bars = barsOf(section, section.chart)
  const series = section.chart.values.length
  const names = section.chart.values.map((column) => section.columns[column]!)
  const longest = Math.max(...bars.map(({ length }) => length), section.chart.goal === undefined ? 0 : 1)
  const scale = (width - labelWidth - valueWidth) / longest
  let y = 26
  const lines: string[] = []
  for (const [i, bar] of bars.entries()) {
    if (i > 0 && bar.series === 0) y += rowGap
    if (bar.series === 0) lines.push(text(labelWidth - 8, y + 12, bar.label, 'end'))
    const size = Math.max(1, bar.length * scale)
    lines.push(
      `<rect x="${labelWidth}" y="${y}" width="${size.toFixed(1)}" height="${barHeight - 2}" rx="2" fill="${series > 1 ? colours[bar.series] : bar.ours ? colours[0] : others}"/>`,
    )
    lines.push(text(labelWidth + size + 6, y + 12, bar.text))
    y += barHeight
  }
  if (section.chart.goal !== undefined)
    lines.push(`<path d="M${(labelWidth + scale).toFixed(1)} 20V${y}" stroke="${ink}" stroke-dasharray="3 3"/>`)
  const height = y + 4
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="system-ui, sans-serif" font-size="12">`,
    `<title>${escaped(`${section.title}: ${caption(section)}`)}</title>`,
    ...(series > 1 ? toLegend(names) : [text(labelWidth, 13, caption(section))]),
    ...lines,
    '</svg>\n',
  ].join('\n')
}

/** What the bars measure. */
export function caption({ chart, columns }: Section): string {
  if (chart?.goal !== undefined) return 'measured, as a share of the goal (dashed)'
  return (chart?.values ?? []).map((column) => columns[column]!).join(', ')
}

function barsOf({ rows }: Section, { names = 1, values, goal }: Chart): Bar[] {
  const isOurs = rows.map((row) => /^(throughline|framework)\b/i.test(row[names - 1]!))
  const all = !isOurs.includes(true)
  let group = ''
  return rows.flatMap((row, i) => {
    // A group is named in its first row only.
    if (names > 1 && row[0] !== '') group = row[0]!
    const label = names > 1 ? `${group}: ${row[1]!}` : row[0]!
    const most = goal === undefined ? 1 : numberIn(row[goal]!)
    return values.map((column, series) => {
      const value = numberIn(row[column]!)
      return { label, series, text: shown(row[column]!, goal), length: value / most, ours: all || isOurs[i]! }
    })
  })
}

function shown(cell: string, goal: number | undefined): string {
  return (goal === undefined ? /^[\d,.]+(?: ns)?/ : /^[\d,.]+ \w+/).exec(cell)?.[0] ?? cell
}

function numberIn(cell: string): number {
  const digits = /\d[\d,]*(?:\.\d+)?/.exec(cell)?.[0]
  if (digits === undefined) throw new Error(`"${cell}" holds no number that could be drawn.`)
  return Number(digits.replaceAll(',', ''))
}

function toLegend(names: readonly string[]): string[] {
  const each = (width - labelWidth) / names.length
  return names.flatMap((name, i) => [
    `<rect x="${labelWidth + i * each}" y="4" width="10" height="10" rx="2" fill="${colours[i]}"/>`,
    text(labelWidth + i * each + 15, 13, name),
  ])
}

function text(x: number, y: number, content: string, anchor = 'start'): string {
  return `<text x="${x.toFixed(1)}" y="${y}" fill="${ink}" text-anchor="${anchor}">${escaped(content)}</text>`
}

function escaped(content: string): string {
  return content.replaceAll('`', '').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
