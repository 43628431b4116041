const codes = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  magenta: [35, 39],
  cyan: [36, 39],
} as const

/** Colours a text, or gives it back as it is where nobody would see them. */
export type Paint = (colour: keyof typeof codes, text: string) => string

export const plain: Paint = (_, text) => text

/** Colours only for a terminal, and not where NO_COLOR is set (no-color.org). */
export function paintFor(out: { isTTY?: boolean }, env: Readonly<Record<string, string | undefined>>): Paint {
  if (out.isTTY !== true || (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb') return plain
  return (colour, text) => (text === '' ? '' : `\u001b[${codes[colour][0]}m${text}\u001b[${codes[colour][1]}m`)
}

export type Cell = string | { readonly text: string; readonly colour: keyof typeof codes }

/** Rows under a heading, every column as wide as its widest cell. */
export function table(heading: readonly string[], rows: readonly (readonly Cell[])[], paint: Paint): string {
  const lines: Cell[][] = [heading.map((text) => ({ text: text.toUpperCase(), colour: 'dim' })), ...rows.map((row) => [...row])]
  const widths = heading.map((_, column) => Math.max(...lines.map((line) => textOf(line[column]).length)))
  return lines
    .map((line) =>
      line
        .map((cell, column) => toColumn(cell, column === line.length - 1 ? 0 : widths[column]!, paint))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function toColumn(cell: Cell, width: number, paint: Paint): string {
  const text = textOf(cell)
  const padding = ' '.repeat(Math.max(0, width - text.length))
  return (typeof cell === 'string' ? text : paint(cell.colour, text)) + padding
}

function textOf(cell: Cell | undefined): string {
  return visible(typeof cell === 'string' ? cell : (cell?.text ?? ''))
}

/** Without control characters, and those that turn the direction: what others name themselves must not deceive whoever looks at it. */
export function visible(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, '·')
}
