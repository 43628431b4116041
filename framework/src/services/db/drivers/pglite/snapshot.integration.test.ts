import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { emptyDatabase } from './snapshot.ts'

const scratch = mkdtempSync(join(tmpdir(), 'snapshot-test-'))
after(() => rmSync(scratch, { recursive: true, force: true }))

describe('the snapshot of an empty database', () => {
  it('is made once, and then read much quicker, byte for byte the same', async () => {
    const began = performance.now()
    const made = await emptyDatabase('1.2.3', scratch)
    const making = performance.now() - began
    const read = await emptyDatabase('1.2.3', scratch)
    const reading = performance.now() - began - making
    assert.ok(Buffer.from(made).equals(read))
    assert.ok(reading < making / 2, `made in ${making} ms, read in ${reading} ms`)
  })

  it('is made again when the cached one is broken', async () => {
    const path = join(scratch, 'pglite-1.2.3.tar')
    const whole = readFileSync(path)
    whole[1000] = (whole[1000] ?? 0) ^ 1
    writeFileSync(path, whole)
    const made = await emptyDatabase('1.2.3', scratch)
    assert.notDeepEqual(Buffer.from(made).subarray(0, 2000), whole.subarray(0, 2000))
    assert.ok(Buffer.from(await emptyDatabase('1.2.3', scratch)).equals(made))
  })

  it('does without a cache that cannot be written', async () => {
    const file = join(scratch, 'a-file')
    writeFileSync(file, '')
    assert.ok((await emptyDatabase('1.2.3', join(file, 'cache'))).length > 1_000_000)
    assert.ok(!existsSync(join(file, 'cache')))
  })
})
