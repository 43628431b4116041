// Builds what is published: JavaScript and declarations from framework/src, its other files beside them, the pages, README and LICENSE.
import { spawnSync } from 'node:child_process'
import { cpSync, globSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))

rmSync('framework/dist', { recursive: true, force: true })
const { status } = spawnSync(join('node_modules', '.bin', 'tsc'), ['-p', 'framework/tsconfig.build.json'], { stdio: 'inherit' })
if (status !== 0) process.exit(status ?? 1)
for (const file of globSync('framework/src/**/{package.json,*.sql}', { exclude: (name) => name === 'fixtures' }))
  cpSync(file, file.replace('/src/', '/dist/'))
for (const file of ['README.md', 'LICENSE']) cpSync(file, join('framework', file))
await import('../console/build.mjs')
