import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { securityTxt } from './security-txt.ts'

describe('security.txt', () => {
  it('names the contact as a URI and expires within a year', () => {
    const text = securityTxt('security@example.com')(new Date('2026-01-31T13:37:00Z'))
    assert.equal(text, 'Contact: mailto:security@example.com\nExpires: 2026-05-01T00:00:00.000Z\nPreferred-Languages: en\n')
  })

  it('takes a page of its own', () => {
    assert.match(securityTxt('https://example.com/report')(new Date(0)), /^Contact: https:\/\/example\.com\/report\n/)
  })

  for (const contact of ['', 'nobody', 'http://example.com/plain', 'a@b\nContact: evil@example.com', 'javascript:alert(1)']) {
    it(`refuses ${JSON.stringify(contact)}`, () => {
      assert.throws(() => securityTxt(contact), { code: 'config-invalid' })
    })
  }
})
