// `npm test` runs the unit and integration tests; `npm test -- db pipeline` those whose path has one of these words.
// Unit tests share one process, which is why they take milliseconds; every other file gets a process of its own.
import { existsSync, globSync } from 'node:fs'
import { conclude, runTests } from './run-tests.mjs'

const kinds = {
  unit: { suffix: '.test.ts', flags: ['--test-isolation=none'] },
  integration: { suffix: '.integration.test.ts', flags: ['--test-concurrency=2', '--test-timeout=240000'] },
  browser: { suffix: '.browser.test.ts', flags: ['--test-concurrency=1', '--test-timeout=120000'] },
  program: { suffix: '.program.test.ts', flags: ['--test-concurrency=1', '--test-timeout=120000'] },
  package: { suffix: '.package.test.ts', flags: ['--test-concurrency=1', '--test-timeout=300000'] },
}
const folders = ['framework/src', 'framework/test', 'orders', 'console', 'bench']

const args = process.argv.slice(2)
const chosen = args.filter((arg) => arg.startsWith('--')).map((arg) => arg.slice(2))
const words = args.filter((arg) => !arg.startsWith('--'))
const unknown = chosen.find((kind) => !(kind in kinds))
if (unknown !== undefined) {
  console.error(`There are no ${unknown} tests: choose from --${Object.keys(kinds).join(', --')}.`)
  process.exit(64)
}

const chromium = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path ?? ''),
)
if (chosen.includes('browser') && chromium === undefined) {
  console.error('There is no Chromium: install one (apt-get install chromium), or set CHROMIUM to its path.')
  process.exit(69)
}

const started = performance.now()
const runs = []
for (const kind of chosen.length > 0 ? chosen : ['unit', 'integration']) {
  const files = testFiles(kind)
  if (files.length > 0) runs.push(await runTests({ kind, files, flags: kinds[kind].flags }))
}
conclude(runs, started)

function testFiles(kind) {
  const { suffix } = kinds[kind]
  const others = Object.values(kinds).filter((other) => other.suffix.length > suffix.length)
  return globSync(
    folders.map((folder) => `${folder}/**/*${suffix}`),
    { exclude: (name) => name === 'node_modules' || name === 'dist' },
  )
    .filter((file) => !others.some((other) => file.endsWith(other.suffix)))
    .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
    .toSorted()
    .toReversed() // The tests of whole applications first: they take longest, and none of them should be left alone at the end.
}
