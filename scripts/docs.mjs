// `npm run docs` writes the pages that are made from code. With --check it writes nothing, refuses pages that are out of date,
// and compiles every ```ts example of the documents and of the framework's doc comments.
import { spawnSync } from 'node:child_process'
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { envExample } from 'throughline/config'
import { ordersSettings } from '../orders/src/settings.ts'
import { errorsPage } from './errors-page.mjs'
import { eventsPage } from './events-page.mjs'

const pages = { 'docs/errors.md': errorsPage, 'docs/events.md': eventsPage, '.env.example': () => envExample(ordersSettings) }
const complaints = process.argv.includes('--check') ? [...stalePages(), ...brokenExamples()] : writePages()
for (const complaint of complaints) console.error(complaint)
if (complaints.length > 0) process.exitCode = 1

function writePages() {
  for (const [path, page] of Object.entries(pages)) writeFileSync(path, page())
  return []
}

function stalePages() {
  return Object.entries(pages)
    .filter(([path, page]) => readFileSync(path, 'utf8') !== page())
    .map(([path]) => `${path} is out of date: run npm run docs.`)
}

function brokenExamples() {
  const examples = globSync(['*.md', 'docs/**/*.md', 'decisions/*.md', 'framework/src/**/*.ts', 'orders/contract/*.ts']).flatMap(examplesOf)
  const folder = join('.cache', 'examples')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const [index, { text }] of examples.entries()) writeFileSync(join(folder, `${index}.ts`), text)
  const options = { rootDir: '../..', noUnusedLocals: false, noUnusedParameters: false }
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: '../../tsconfig.json', compilerOptions: options, include: ['*.ts'], exclude: [] }),
  )
  const { stdout, status } = spawnSync(join('node_modules', '.bin', 'tsc'), ['-p', folder, '--pretty', 'false'], { encoding: 'utf8' })
  if (status === 0) return []
  // A fence keeps its line numbers, so that only the file's name has to be put back. What is wrong elsewhere is for the types step.
  const own = stdout.split('\n').filter((line) => line.startsWith(folder))
  return own.map((line) =>
    line.replace(/^\.cache\/examples\/(\d+)\.ts\((\d+),/, (_, index, row) => `${examples[index].path}:${row} (column `),
  )
}

function examplesOf(path) {
  const lines = readFileSync(path, 'utf8').split('\n')
  const examples = []
  let open
  for (const [index, line] of lines.entries()) {
    const bare = path.endsWith('.ts') ? line.replace(/^\s*\* ?/, '') : line
    if (open === undefined && /^```ts\s*$/.test(bare)) open = { path, lines: lines.slice(0, index + 1).fill('') }
    else if (open !== undefined && /^```\s*$/.test(bare)) {
      examples.push({ path, text: `${open.lines.join('\n')}\nexport {}\n` })
      open = undefined
    } else open?.lines.push(bare)
  }
  return examples
}
