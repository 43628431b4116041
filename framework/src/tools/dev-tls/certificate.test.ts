import assert from 'node:assert/strict'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { describe, it } from 'node:test'
import { issueCertificate } from './certificate.ts'

const from = new Date('2026-01-01T00:00:00Z')
const authority = issueCertificate({ subject: 'Local CA', from, days: 3650 })
const names = ['localhost', '*.shop.test', '127.0.0.1', '::1', 'spiffe://shop/orders', 'ops@shop.test']
const leaf = issueCertificate({ subject: 'localhost', names, issuer: authority, from, days: 90 })

describe('issueCertificate', () => {
  it('makes an authority that signs itself and others · M02.48', () => {
    const ca = new X509Certificate(authority.certificate)
    assert.equal(ca.ca, true)
    assert.ok(ca.verify(ca.publicKey))
    assert.ok(ca.checkIssued(ca))
    const issued = new X509Certificate(leaf.certificate)
    assert.equal(issued.ca, false)
    assert.ok(issued.verify(ca.publicKey))
    assert.ok(issued.checkIssued(ca))
    assert.ok(!issued.verify(issued.publicKey))
  })

  it('speaks for every kind of name · M02.48', () => {
    const issued = new X509Certificate(leaf.certificate)
    assert.equal(
      issued.subjectAltName,
      'DNS:localhost, DNS:*.shop.test, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, URI:spiffe://shop/orders, email:ops@shop.test',
    )
    assert.equal(issued.checkHost('a.shop.test'), '*.shop.test')
    assert.equal(issued.checkIP('::1'), '::1')
    assert.equal(issued.checkHost('shop.example'), undefined)
  })

  it('is valid for as long as it was asked to be, beyond 2049, too', () => {
    assert.equal(new X509Certificate(leaf.certificate).validToDate.toISOString(), '2026-04-01T00:00:00.000Z')
    const long = issueCertificate({ subject: 'x', names: ['x'], from, days: 36_500 })
    assert.equal(new X509Certificate(long.certificate).validToDate.getUTCFullYear(), 2125)
  })

  it('comes with the key that belongs to it', () => {
    assert.ok(new X509Certificate(leaf.certificate).checkPrivateKey(createPrivateKey(leaf.key)))
  })
})
