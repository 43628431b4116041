import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { describe, it } from 'node:test'
import { clientIp } from './client-ip.ts'

const from = (remoteAddress: string, forwarded?: string) =>
  ({ socket: { remoteAddress }, headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded } }) as unknown as IncomingMessage

describe('clientIp', () => {
  it('is the peer, whatever a stranger writes into X-Forwarded-For', () => {
    assert.equal(clientIp([])(from('203.0.113.9', '1.2.3.4')), '203.0.113.9')
    assert.equal(clientIp(['10.0.0.0/8'])(from('203.0.113.9', '1.2.3.4')), '203.0.113.9')
  })

  it('is the last untrusted hop behind trusted proxies', () => {
    assert.equal(clientIp(['10.0.0.0/8'])(from('10.0.0.1', '6.6.6.6, 203.0.113.9, 10.0.0.2')), '203.0.113.9')
  })

  it('stops at what is not an address', () => {
    assert.equal(clientIp(['10.0.0.0/8'])(from('10.0.0.1', '203.0.113.9, unknown')), '10.0.0.1')
  })

  it('writes IPv4 the same way on both kinds of socket', () => {
    assert.equal(clientIp([])(from('::ffff:203.0.113.9')), '203.0.113.9')
    assert.equal(clientIp(['::1'])(from('::1', '2001:db8::7')), '2001:db8::7')
  })
})
