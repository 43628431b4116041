import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { checkDataFolder, checkLockfile, checkNode } from './checks.ts'

let folder: string
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'checks-'))
})
after(() => rmSync(folder, { recursive: true }))

function project(name: string, files: Record<string, unknown>): string {
  const root = join(folder, name)
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(join(root, file, '..'), { recursive: true })
    writeFileSync(join(root, file), JSON.stringify(content))
  }
  return root
}

describe('the checks of doctor', () => {
  it('refuses a Node.js that is too old', () => {
    assert.equal(checkNode('22.20.0').status, 'fail')
    assert.equal(checkNode('24.0.0').status, 'ok')
    assert.equal(checkNode('100.1.0').status, 'ok')
  })

  it('finds the lockfile above, and packages that are not what it says', () => {
    const files = (version: string) => ({
      'package-lock.json': { packages: { '': {}, 'node_modules/a': { version: '1.0.0' } } },
      'node_modules/.package-lock.json': { packages: { 'node_modules/a': { version } } },
      'deep/er/package.json': {},
    })
    assert.equal(checkLockfile(join(project('same', files('1.0.0')), 'deep/er')).status, 'ok')
    const other = checkLockfile(project('other', files('2.0.0')))
    assert.equal(other.status, 'warn')
    assert.match(other.found, /^1 installed packages have another version, a for one/)
    assert.equal(checkLockfile(project('none', { 'package.json': {} })).status, 'warn')
  })

  it('says where the data will be before there is anything, and makes nothing', () => {
    const root = project('fresh', { 'package.json': {} })
    const finding = checkDataFolder(join(root, 'not', 'yet'))
    assert.equal(finding.status, 'ok')
    assert.match(finding.found, /the first start makes it/)
  })

  it('fails when a file stands where the data folder should be', () => {
    const root = project('blocked', { data: 'a file' })
    assert.equal(checkDataFolder(join(root, 'data')).status, 'fail')
    assert.equal(checkDataFolder(join(root, 'data', 'below')).status, 'fail')
  })
})
