import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { after, describe, it } from 'node:test'
import { connect } from 'node:tls'
import { certificateFolder, certificates } from '../../../test/http/certificates.ts'
import { openSite } from '../../../test/http/site.ts'

describe('OCSP staples', () => {
  const folder = certificateFolder()
  const issued = (name: string, staple?: string) => {
    const pair = folder.write(name, folder.issue([`${name}.test`]))
    // The bytes are the authority's affair and the client's: the server passes them on.
    if (staple !== undefined) writeFileSync(`${pair.certificate}.ocsp`, staple)
    return pair
  }
  const open = (of: ReturnType<typeof certificates>, h2: boolean) =>
    openSite({ routes: [], tls: { certificates: of, h2, clients: 'none', allowedHosts: [] } })
  after(() => folder.remove())

  /** What the handshake brings to a client that asks for a staple. */
  const stapleOf = (url: string, servername: string, protocol = 'http/1.1') =>
    new Promise<string | undefined>((resolve, reject) => {
      const options = { port: Number(new URL(url).port), host: '127.0.0.1', servername, requestOCSP: true, ALPNProtocols: [protocol] }
      const socket = connect({ ...options, ca: folder.authority.certificate })
      socket.once('OCSPResponse', (staple: Buffer | null) => resolve(staple?.toString()))
      socket.once('error', reject)
      socket.once('secureConnect', () => socket.destroy())
    })

  for (const [what, h2, protocol] of [
    ['HTTP/1.1', false, 'http/1.1'],
    ['HTTP/2', true, 'h2'],
  ] as const)
    it(`go with the certificate that was asked for, and none with one that has none: ${what} · M02.45`, async () => {
      const pairs = [issued('first', 'good until noon'), issued('second', 'good until night'), issued('bare')]
      const site = await open(certificates({ pairs }), h2)
      assert.equal(await stapleOf(site.url, 'first.test', protocol), 'good until noon')
      assert.equal(await stapleOf(site.url, 'second.test', protocol), 'good until night')
      assert.equal(await stapleOf(site.url, 'bare.test', protocol), undefined)
      await site.close()
    })

  it('are read again with the certificates, and may be taken away · M02.45 M02.46', async () => {
    const pair = issued('renewed', 'yesterday')
    const kept = certificates({ pairs: [pair] })
    const site = await open(kept, true)
    assert.equal(await stapleOf(site.url, 'renewed.test'), 'yesterday')
    writeFileSync(`${pair.certificate}.ocsp`, 'today')
    await kept.reload()
    assert.equal(await stapleOf(site.url, 'renewed.test'), 'today')
    writeFileSync(`${pair.certificate}.ocsp`, '')
    await kept.reload()
    assert.equal(await stapleOf(site.url, 'renewed.test'), undefined)
    await site.close()
  })
})
