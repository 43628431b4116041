import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, stat, writeFile, mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { Secret } from '../../std/secret.ts'
import { readOrCreate } from './key-file.ts'
import { signingKeys } from './signing-keys.ts'

const run = promisify(execFile)
let dataDir: string

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'throughline-keys-'))
})
afterEach(() => rm(dataDir, { recursive: true, force: true }))

async function openedKid(): Promise<string> {
  const keys = signingKeys({ dataDir, mode: 'development' })
  await keys.open()
  return keys.current.kid
}

describe('signingKeys in a data folder', () => {
  it('makes a key once and keeps it, for its owner only', async () => {
    const kid = await openedKid()
    assert.equal(await openedKid(), kid)
    assert.deepEqual(await readdir(join(dataDir, 'keys')), ['signing.json'])
    assert.equal((await stat(join(dataDir, 'keys', 'signing.json'))).mode & 0o777, 0o600)
    assert.equal((await stat(join(dataDir, 'keys'))).mode & 0o777, 0o700)
  })

  it('agrees on one key when several start at once, in one process or in many', async () => {
    const kids = new Set(await Promise.all(Array.from({ length: 8 }, openedKid)))
    assert.equal(kids.size, 1)

    const other = join(dataDir, 'other')
    const script = `
      const { signingKeys } = await import(${JSON.stringify(new URL('signing-keys.ts', import.meta.url).href)})
      const keys = signingKeys({ dataDir: ${JSON.stringify(other)}, mode: 'development' })
      await keys.open()
      process.stdout.write(keys.current.kid)`
    const outputs = await Promise.all([1, 2, 3].map(() => run(process.execPath, ['--input-type=module', '-e', script])))
    assert.equal(new Set(outputs.map(({ stdout }) => stdout)).size, 1)
    assert.deepEqual(await readdir(join(other, 'keys')), ['signing.json'])
  })

  it('takes the key of another starter that was faster by a moment', async () => {
    const path = join(dataDir, 'signing.json')
    const ours = await readOrCreate(path, () => {
      writeFileSync(path, 'theirs')
      return 'ours'
    })
    assert.deepEqual([ours, await readdir(dataDir)], ['theirs', ['signing.json']])
  })

  it('leaves the folder alone when the key is configured', async () => {
    const keys = signingKeys({
      secret: new Secret(JSON.stringify(await writtenKey())),
      dataDir: join(dataDir, 'unused'),
      mode: 'development',
    })
    await keys.open()
    await assert.rejects(stat(join(dataDir, 'unused')), { code: 'ENOENT' })
  })

  it('does not replace a damaged key: tokens and people depend on it', async () => {
    await mkdir(join(dataDir, 'keys'))
    await writeFile(join(dataDir, 'keys', 'signing.json'), '{"kty":"OKP","d":"half of a sec')
    await assert.rejects(openedKid(), (error: Error) => {
      assert.equal((error as Error & { code: string }).code, 'config-invalid')
      assert.match(error.message, /signing\.json/)
      assert.ok(!error.message.includes('half of'))
      return true
    })
  })

  it('says which path cannot be written', async () => {
    await writeFile(join(dataDir, 'keys'), 'a file where the folder should be')
    await assert.rejects(openedKid(), {
      code: 'data-folder-unwritable',
      message: /signing\.json cannot be read or created \((ENOTDIR|EEXIST)\)/,
    })
  })
})

async function writtenKey(): Promise<object> {
  await openedKid()
  return JSON.parse(await readFile(join(dataDir, 'keys', 'signing.json'), 'utf8')) as object
}
