import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { describe, it } from 'node:test'
import { clientIp } from './client-ip.ts'

const from = (remoteAddress: string, forwarded?: string) =>
  ({ socket: { remoteAddress }, headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded } }) as unknown as IncomingMessage

describe('clientIp', () => {
  it('is the peer, whatever a stranger writes into X-Forwarded-For · M01.7', () => {
    assert.equal(clientIp([])(from('203.0.113.9', '1.2.3.4')), '203.0.113.9')
    assert.equal(clientIp(['10.0.0.0/8'])(from('203.0.113.9', '1.2.3.4')), '203.0.113.9')
  })

  it('is the last untrusted hop behind trusted proxies', () => {
    assert.equal(clientIp(['10.0.0.0/8'])(from('10.0.0.1', '6.6.6.6, 203.0.113.9, 10.0.0.2')), '203.0.113.9')
  })

  it('reads Forwarded as it reads X-Forwarded-For · M01.7', () => {
    const by = (forwarded: string, list?: string) => {
      const request = from('10.0.0.1', list)
      request.headers.forwarded = forwarded
      return clientIp(['10.0.0.0/8'])(request)
    }
    assert.equal(by('for=6.6.6.6, for=203.0.113.9;proto=https;by=10.0.0.1, For="10.0.0.2:8080"'), '203.0.113.9')
    assert.equal(by('for="[2001:db8::7]:443"'), '2001:db8::7')
    assert.equal(by('for=203.0.113.9, for=unknown'), '10.0.0.1')
    assert.equal(by('for=203.0.113.9, for="_hidden"'), '10.0.0.1')
    assert.equal(by('by="a, for=6.6.6.6";for=203.0.113.9'), '203.0.113.9')
    assert.equal(by('for=203.0.113.9', '203.0.113.9'), '203.0.113.9')
    assert.equal(by('for=6.6.6.6', '203.0.113.9'), '10.0.0.1')
    assert.equal(by(''), '10.0.0.1')
  })

  it('stops at what is not an address', () => {
    assert.equal(clientIp(['10.0.0.0/8'])(from('10.0.0.1', '203.0.113.9, unknown')), '10.0.0.1')
  })

  it('writes IPv4 the same way on both kinds of socket', () => {
    assert.equal(clientIp([])(from('::ffff:203.0.113.9')), '203.0.113.9')
    assert.equal(clientIp(['::1'])(from('::1', '2001:db8::7')), '2001:db8::7')
  })
})
