import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { main } from '../cli/main.ts'
import { writeDevTls } from './dev-tls.ts'

describe('throughline dev tls', () => {
  let folder: string
  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'throughline-dev-')), 'tls')
  })
  afterEach(() => rmSync(join(folder, '..'), { recursive: true }))
  const now = new Date('2026-03-01T00:00:00Z')
  const certificateIn = (file: string) => new X509Certificate(readFileSync(file))

  it('keeps its authority, and signs a new certificate each time · M02.48', () => {
    const first = writeDevTls(folder, ['shop.test'], now)
    const [ca, leaf] = [certificateIn(first.ca), certificateIn(first.certificate)]
    const second = writeDevTls(folder, [], now)
    assert.equal(certificateIn(second.ca).fingerprint256, ca.fingerprint256)
    assert.notEqual(certificateIn(second.certificate).fingerprint256, leaf.fingerprint256)
    assert.ok(leaf.verify(ca.publicKey) && certificateIn(second.certificate).verify(ca.publicKey))
    assert.equal(leaf.checkHost('shop.test'), 'shop.test')
    assert.equal(leaf.checkHost('localhost'), 'localhost')
  })

  it('keeps keys from others · M02.48', { skip: process.platform === 'win32' }, () => {
    const { key } = writeDevTls(folder, [], now)
    for (const file of [key, join(folder, 'ca.key')]) assert.equal(statSync(file).mode & 0o077, 0)
    assert.equal(statSync(folder).mode & 0o077, 0)
  })

  it('does not overwrite what is not its own', () => {
    writeDevTls(folder, [], now)
    writeFileSync(join(folder, 'ca.pem'), 'nothing')
    assert.throws(() => writeDevTls(folder, [], now), /are not an authority and its key/)
  })

  it('says how to serve it and how to trust it, and trusts nothing itself · M02.48', async () => {
    let printed = ''
    const stream = { write: (text: string) => (printed += text), on: () => undefined }
    const terminal = { stdout: stream, stderr: stream, env: {}, cwd: () => join(folder, '..') }
    assert.equal(await main(['dev', 'tls', 'shop.test', '--folder', 'tls'], terminal), 0)
    assert.match(printed, /TLS_CERT=\S+localhost\.pem TLS_KEY=\S+localhost\.key/)
    assert.match(printed, /Nothing trusts it yet/)
    assert.equal(await main(['dev', 'ssl'], terminal), 64)
  })
})
