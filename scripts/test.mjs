// `npm test` runs the unit and integration tests; `npm test -- db pipeline` those whose path has one of these words.
// Unit tests share one process, which is why they take milliseconds; every other file gets a process of its own.
import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const kinds = {
  unit: { suffix: '.test.ts', flags: ['--test-isolation=none'] },
  integration: { suffix: '.integration.test.ts', flags: ['--test-concurrency=2', '--test-timeout=180000'] },
  browser: { suffix: '.browser.test.ts', flags: ['--test-concurrency=1', '--test-timeout=120000'] },
  package: { suffix: '.package.test.ts', flags: ['--test-concurrency=1', '--test-timeout=300000'] },
}
const folders = ['framework/src', 'framework/test', 'orders', 'console', 'bench']
const reporter = fileURLToPath(new URL('report.mjs', import.meta.url))

const args = process.argv.slice(2)
const chosen = args.filter((arg) => arg.startsWith('--')).map((arg) => arg.slice(2))
const words = args.filter((arg) => !arg.startsWith('--'))
const unknown = chosen.find((kind) => !(kind in kinds))
if (unknown !== undefined) {
  console.error(`There are no ${unknown} tests: choose from --${Object.keys(kinds).join(', --')}.`)
  process.exit(64)
}

const started = performance.now()
const nothing = { tests: 0, suites: 0, passed: 0, failed: 0, cancelled: 0, skipped: 0, todo: 0 }
const total = { ...nothing }
for (const kind of chosen.length > 0 ? chosen : ['unit', 'integration']) {
  const files = testFiles(kind)
  if (files.length === 0) continue
  const counts = await run(kind, files)
  for (const name of Object.keys(total)) total[name] += counts[name]
}

for (const [name, count] of Object.entries(total)) console.log(`ℹ ${{ passed: 'pass', failed: 'fail' }[name] ?? name} ${count}`)
console.log(`ℹ duration_ms ${Math.round(performance.now() - started)}`)
if (total.tests === 0) console.error('No test file has such a path.')
if (total.tests === 0 || total.failed + total.cancelled > 0) process.exitCode = 1

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
}

/** Resolves to the counts of one run. A run that ends without telling them (a crash, a stray process.exit) counts as one failure. */
function run(kind, files) {
  const runner = spawn(
    process.execPath,
    ['-C', '@throughline/source', '--test', ...kinds[kind].flags, `--test-reporter=${reporter}`, ...files],
    {
      stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
      env: { ...process.env, NODE_ENV: 'test', TEST_KIND: kind },
    },
  )
  let told = ''
  runner.stdio[3].on('data', (chunk) => (told += chunk))
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => runner.kill(signal))
  return new Promise((resolve) => {
    runner.on('close', (code, signal) => {
      const counts = told ? JSON.parse(told) : { ...nothing }
      if ((code !== 0 || !told) && counts.failed + counts.cancelled === 0) {
        console.error(`The ${kind} tests ended with ${signal ?? `status ${code}`}, although none of them failed.`)
        counts.tests += 1
        counts.failed += 1
      }
      resolve(counts)
    })
  })
}
