import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isPublicAddress } from './address.ts'
import { allowList, hostMatches } from './allow-list.ts'

const refused = `
  0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 100.127.255.255 127.0.0.1 127.255.255.254 168.63.129.16 169.254.0.1 169.254.169.254
  172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.192 192.0.2.1 192.88.99.1 192.168.0.1 192.168.255.255 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1
  224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
  :: ::1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:7f00:1 ::ffff:10.0.0.1 ::ffff:8.8.8.8 ::ffff:0:127.0.0.1 64:ff9b::7f00:1 64:ff9b::8.8.8.8 64:ff9b:1::1 100::1
  2001::1 2001:0:7f00:1:: 2001:db8::1 2002:7f00:1:: 2002:808:808::1 3fff::1 4000::1 5f00::1 fc00::1 fd00:ec2::254 fdff::1 fe80::1 febf::1 fec0::1 ff02::1
`
const open =
  '1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.1 100.63.255.255 100.128.0.1 126.1.1.1 128.0.0.1 172.15.0.1 172.32.0.1 223.255.255.255 2001:4860:4860::8888 2606:4700::1111 2a00:1450::1'

describe('public addresses', () => {
  for (const address of refused.trim().split(/\s+/)) it(`are not ${address} · M05.38`, () => assert.equal(isPublicAddress(address), false))
  for (const address of open.split(' ')) it(`are for example ${address} · M05.38`, () => assert.equal(isPublicAddress(address), true))
  it('are not names, nor nothing', () => {
    for (const text of ['', 'localhost', '127.1', '2130706433', '[::1]']) assert.equal(isPublicAddress(text), false)
  })
})

describe('the allow-list', () => {
  const list = allowList(['10.1.0.0/16', '::1', 'inventory.internal:8080', 'billing.internal', '*.svc.internal'])

  it('takes addresses and networks', () => {
    assert.deepEqual(
      ['10.1.2.3', '10.2.0.1', '::1', '::2', '::ffff:10.1.2.3'].map((address) => list.hasAddress(address)),
      [true, false, true, false, true],
    )
  })

  it('takes hosts, with one port or all', () => {
    assert.equal(list.hasHost('inventory.internal', '8080'), true)
    assert.equal(list.hasHost('inventory.internal', '22'), false)
    assert.equal(list.hasHost('billing.internal', '22'), true)
    assert.equal(list.hasHost('evil-billing.internal', '80'), false)
  })

  it('takes every name below a star, and not the one above it', () => {
    assert.equal(list.hasHost('a.b.svc.internal', '80'), true)
    assert.equal(hostMatches('*.svc.internal', 'svc.internal'), false)
    assert.equal(hostMatches('*.svc.internal', 'evilsvc.internal'), false)
    assert.equal(hostMatches('*.svc.internal', '.svc.internal'), false)
  })
})
