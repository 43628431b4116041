import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { caption, toSvg, type Chart } from './chart.ts'

export interface Section {
  /** Decides the order on the page. */
  readonly order: number
  readonly title: string
  /** How it was measured, in a sentence or two. */
  readonly method: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
  readonly chart?: Chart
}

type Kept = Section & { readonly name: string; readonly machine: string }

const results = new URL('../results/', import.meta.url)
const page = new URL('../../docs/benchmarks.md', import.meta.url)
const charts = new URL('../../docs/benchmarks/', import.meta.url)

/** Keeps a section and writes the page anew from all that were kept. */
export function keep(name: string, section: Section): void {
  mkdirSync(results, { recursive: true })
  const machine = `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${new Date().toISOString().slice(0, 10)}`
  writeFileSync(new URL(`${name}.json`, results), `${JSON.stringify({ ...section, machine }, null, 2)}\n`)
  writePage()
}

/** The page and its charts, from everything that was kept. */
export function writePage(): void {
  const sections = readdirSync(results).map((file): Kept => {
    const section = JSON.parse(readFileSync(new URL(file, results), 'utf8')) as Omit<Kept, 'name'>
    return { ...section, name: file.replace(/\.json$/, '') }
  })
  mkdirSync(charts, { recursive: true })
  for (const section of sections) {
    const svg = toSvg(section)
    if (svg !== undefined) writeFileSync(new URL(`${section.name}.svg`, charts), svg)
  }
  writeFileSync(page, [head, ...sections.sort((a, b) => a.order - b.order).map(toMarkdown)].join('\n'))
}

const head = `# Benchmarks

Written by \`npm run bench\`, and from the kept results by \`npm run bench -- page\`; do not edit. Machines are noisy: what is compared was measured in turn in one run, and ratios are
per round, as median (lowest–highest). Absolute figures drift by a factor of two between minutes of the same machine.
`

function toMarkdown(section: Kept): string {
  const { name, title, method, columns, rows, machine, chart } = section
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const picture = chart === undefined ? [] : [`![${title}: ${caption(section)}](benchmarks/${name}.svg)`, '']
  const table = [line(columns), line(columns.map(() => '---')), ...rows.map(line), '']
  return [`## ${title}`, '', method, '', ...picture, ...table, `*${machine}*`, ''].join('\n')
}
