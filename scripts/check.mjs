// `npm run check`: everything that can be known without serving a request. All steps run, so that one run shows all that is wrong;
// `npm run check -- lint types` runs some.
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { delimiter, resolve } from 'node:path'

const steps = {
  types: 'tsc -p tsconfig.json && tsc -p console',
  lint: 'oxlint',
  format: 'oxfmt --check',
  unused: 'knip',
  architecture: 'node scripts/test.mjs --unit framework/test/',
  checker: 'node -C @throughline/source bench/checker-cost.ts --max 2500',
  docs: 'node -C @throughline/source scripts/docs.mjs --check',
  openapi: 'node framework/bin/throughline.mjs openapi > .cache/openapi.json && redocly lint .cache/openapi.json',
}

const env = {
  ...process.env,
  PATH: `${resolve('node_modules/.bin')}${delimiter}${process.env.PATH}`,
  REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true',
}
const chosen = process.argv.slice(2)
const outcomes = []
mkdirSync('.cache', { recursive: true })
for (const [name, command] of Object.entries(steps)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue
  const started = performance.now()
  const { status, stdout, stderr } = spawnSync(command, { shell: true, encoding: 'utf8', env, maxBuffer: 64 << 20 })
  const ok = status === 0
  console.log(`${ok ? '✔' : '✖'} ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`)
  if (!ok) console.log(`${command}\n${stdout}${stderr}`)
  outcomes.push(ok)
}

const failed = outcomes.filter((ok) => !ok).length
console.log(`\n${outcomes.length - failed} passed, ${failed} failed`)
if (failed > 0 || outcomes.length === 0) process.exitCode = 1
