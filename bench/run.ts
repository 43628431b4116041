import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const benchmarks: Record<string, () => Promise<{ run(): Promise<void> }>> = {
  'http-get': () => import('./http-get.ts'),
  'http-full': () => import('./http-full.ts'),
  orders: () => import('./orders.ts'),
  start: () => import('./start.ts'),
  memory: () => import('./memory.ts'),
  observability: () => import('./observability.ts'),
  metrics: () => import('./metrics.ts'),
  router: () => import('./router.ts'),
  scale: () => import('./scale.ts'),
  unused: () => import('./unused.ts'),
  validate: () => import('./validate.ts'),
  log: () => import('./log.ts'),
  console: () => import('./console.ts'),
  formats: () => import('./formats.ts'),
  'checker-cost': () => import('./checker-cost.ts'),
  // Measures nothing: writes the page from what was kept.
  page: () => import('./lib/page.ts'),
}

const here = fileURLToPath(new URL('.', import.meta.url))
const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !Object.hasOwn(benchmarks, name))
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}. There are ${Object.keys(benchmarks).join(', ')}.`)
  process.exit(64)
}
if (!existsSync(`${here}node_modules`)) spawnSync('npm', ['ci'], { cwd: here, stdio: 'inherit' })

for (const name of asked.length > 0 ? asked : Object.keys(benchmarks)) {
  console.log(`\n${name}`)
  await (await benchmarks[name]!()).run()
}
console.log('\ndocs/benchmarks.md is written.')
