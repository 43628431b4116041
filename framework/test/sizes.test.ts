import assert from 'node:assert/strict'
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { importsOf, isTest, none, root, sourceFiles } from './source-tree.ts'

const budget = { linesWished: 250, linesRefused: 400, clientBytes: 6_000, installedMegabytes: 35, installedPackages: 40 }

const files = sourceFiles('framework/src/**/*.ts', 'orders/**/*.ts', 'console/src/**/*.{js,ts,tsx,css}', 'scripts/*.mjs', 'bench/**/*.ts')

describe('sizes', () => {
  it(`refuses a source file over ${budget.linesRefused} lines and names those over ${budget.linesWished}`, (t) => {
    const long = files
      .filter(({ path }) => !isTest(path))
      .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
      .filter(({ lines }) => lines > budget.linesWished)
    for (const { path, lines } of long) t.diagnostic(`${path} has ${lines} lines; ${budget.linesWished} are wished`)
    none(long.filter(({ lines }) => lines > budget.linesRefused).map(({ path, lines }) => `${path} has ${lines} lines: split it`))
  })

  it(`keeps what the typed client loads under ${budget.clientBytes} bytes, types stripped and gzipped`, () => {
    const reached = new Set(['framework/src/contract/client/client.ts'])
    for (const path of reached) {
      const file = files.find((candidate) => candidate.path === path)
      assert.ok(file, `${path} is imported by the client but is not a source file`)
      for (const { target, typesOnly, later } of importsOf(file)) if (!typesOnly && !later) reached.add(target)
    }
    const code = [...reached].map((path) => stripTypeScriptTypes(readFileSync(join(root, path), 'utf8'), { mode: 'strip' }))
    const bytes = gzipSync(code.join('\n').replaceAll(/^\s*\*.*$|^\s+/gm, '')).byteLength
    assert.ok(bytes <= budget.clientBytes, `The client is ${bytes} bytes in ${[...reached].join(', ')}`)
  })

  it(`installs under ${budget.installedMegabytes} MB in under ${budget.installedPackages} packages`, () => {
    const packages = installedWith('framework')
    const megabytes = packages.reduce((sum, path) => sum + bytesIn(join(root, path)), 0) / 1e6
    assert.ok(packages.length < budget.installedPackages, `${packages.length} packages: ${packages.join(', ')}`)
    assert.ok(megabytes < budget.installedMegabytes, `${megabytes.toFixed(1)} MB`)
  })
})

/** What the lockfile says that a user of the workspace at `path` gets, without optional packages. */
function installedWith(path: string): string[] {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dependencies?: object }>
  }
  const found = new Set([path])
  for (const owner of found) {
    for (const name of Object.keys(packages[owner]?.dependencies ?? {})) {
      const nested = `${owner}/node_modules/${name}`
      found.add(nested in packages ? nested : `node_modules/${name}`)
    }
  }
  found.delete(path)
  return [...found]
}

function bytesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
}
