import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import { readFolder } from './files.ts'

describe('files of the API reference', () => {
  it('offers the files of the folder by name, and no path out of it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'files-'))
    try {
      writeFileSync(join(folder, 'page.html'), '<!doctype html>')
      writeFileSync(join(folder, 'notes.txt'), 'not of a type that is served')
      const files = readFolder(pathToFileURL(`${folder}/`))
      assert.deepEqual([...files.keys()], ['page.html'])
      assert.equal(files.get('page.html')?.type, 'text/html; charset=utf-8')
      assert.equal(files.get('../page.html'), undefined)
      assert.equal(files.get('__proto__'), undefined)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
