import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'

export interface Section {
  /** Decides the order on the page. */
  readonly order: number
  readonly title: string
  /** How it was measured, in a sentence or two. */
  readonly method: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

const results = new URL('../results/', import.meta.url)
const page = new URL('../../docs/benchmarks.md', import.meta.url)

/** Keeps a section and writes the page anew from all that were kept. */
export function keep(name: string, section: Section): void {
  mkdirSync(results, { recursive: true })
  const machine = `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${new Date().toISOString().slice(0, 10)}`
  writeFileSync(new URL(`${name}.json`, results), `${JSON.stringify({ ...section, machine }, null, 2)}\n`)
  const sections = readdirSync(results).map(
    (file) => JSON.parse(readFileSync(new URL(file, results), 'utf8')) as Section & { machine: string },
  )
  writeFileSync(page, [head, ...sections.sort((a, b) => a.order - b.order).map(toMarkdown)].join('\n'))
}

const head = `# Benchmarks

Written by \`npm run bench\`; do not edit. Machines are noisy: what is compared was measured in turn in one run, and ratios are
per round, as median (lowest–highest). Absolute figures drift by a factor of two between minutes of the same machine.
`

function toMarkdown({ title, method, columns, rows, machine }: Section & { machine: string }): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [`## ${title}`, '', method, '', line(columns), line(columns.map(() => '---')), ...rows.map(line), '', `*${machine}*`, ''].join(
    '\n',
  )
}
