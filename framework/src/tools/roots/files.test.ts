import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import { isFresh, readFolder, toFile } from './files.ts'

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

  it('gives equal bytes equal tags and other bytes other tags', () => {
    const tag = (text: string) => toFile(Buffer.from(text), 'text/plain').etag
    assert.equal(tag('a'), tag('a'))
    assert.notEqual(tag('a'), tag('b'))
  })

  it('knows a fresh copy among several tags, weak ones and the star · M02.32', () => {
    assert.equal(isFresh(undefined, '"a"'), false)
    assert.equal(isFresh('"b", W/"a"', '"a"'), true)
    assert.equal(isFresh('*', '"a"'), true)
    assert.equal(isFresh('"b"', '"a"'), false)
  })
})
