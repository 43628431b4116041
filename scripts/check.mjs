// `npm run check`: everything that can be known without running the application. All steps run, so that one run shows all that is wrong.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const bin = (name) => join('node_modules', '.bin', name)
const node = process.execPath
const steps = {
  types: [bin('tsc'), '-p', 'tsconfig.json'],
  lint: [bin('oxlint')],
  format: [bin('oxfmt'), '--check'],
  unused: [bin('knip')],
  architecture: [node, 'scripts/test.mjs', '--unit', 'framework/test/'],
  docs: [node, '-C', '@throughline/source', 'scripts/docs.mjs', '--check'],
}

const chosen = process.argv.slice(2)
const outcomes = []
for (const [name, [command, ...args]] of Object.entries(steps)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue
  const started = performance.now()
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 64 << 20 })
  const ok = status === 0
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(`${ok ? '✔' : '✖'} ${name} (${seconds} s)`)
  if (!ok) console.log(`${[error?.message, stdout, stderr].filter(Boolean).join('\n').trimEnd()}\n`)
  outcomes.push(ok)
}

const failed = outcomes.filter((ok) => !ok).length
console.log(`\n${outcomes.length - failed} passed, ${failed} failed`)
if (failed > 0 || outcomes.length === 0) process.exitCode = 1
