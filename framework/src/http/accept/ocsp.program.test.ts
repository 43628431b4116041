import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, describe, it } from 'node:test'
import { certificateFolder, certificates } from '../../../test/http/certificates.ts'
import { openSite } from '../../../test/http/site.ts'
import { installed } from '../../../test/programs/installed.ts'

const openssl = installed('openssl')

async function run(...args: string[]): Promise<string> {
  const child = spawn(openssl!, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const [said] = await Promise.all([text(child.stdout), text(child.stderr)])
  return said
}

describe('OCSP staples, made and checked by OpenSSL', { skip: openssl === undefined && 'openssl is not installed' }, () => {
  const folder = certificateFolder()
  after(() => folder.remove())

  for (const [status, line] of [
    ['good', 'V\t350101000000Z\t'],
    ['revoked', 'R\t350101000000Z\t260101000000Z'],
  ] as const)
    it(`say that the certificate is ${status} · M02.45`, async () => {
      const pair = folder.write(status, folder.issue(['localhost']))
      const authority = folder.write('authority', folder.authority)
      const { serialNumber } = new X509Certificate(readFileSync(pair.certificate))
      const index = join(folder.folder, `${status}.index`)
      writeFileSync(index, `${line}\t${serialNumber}\tunknown\t/CN=localhost\n`)
      const signer = ['-rsigner', authority.certificate, '-rkey', authority.key, '-CA', authority.certificate]
      const asked = ['-issuer', authority.certificate, '-cert', pair.certificate, '-respout', `${pair.certificate}.ocsp`]
      await run('ocsp', '-index', index, ...signer, ...asked, '-ndays', '1', '-noverify')

      const tls = { certificates: certificates({ pairs: [pair] }), h2: true, clients: 'none', allowedHosts: [] } as const
      const site = await openSite({ routes: [], tls })
      const to = `127.0.0.1:${new URL(site.url).port}`
      const said = await run('s_client', '-connect', to, '-servername', 'localhost', '-status', '-CAfile', authority.certificate)
      assert.match(said, /OCSP Response Status: successful/)
      assert.match(said, new RegExp(`Cert Status: ${status}`))
      await site.close()
    })
})
