import { BlockList, isIP } from 'node:net'

// IANA's special-purpose registries, what is multicast or reserved, and one public address that is not: Azure's metadata at 168.63.129.16.
const refusedIpv4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '168.63.129.16/32',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]
// Only 2000::/3 has been given out. Everything else, v4-mapped and NAT64 addresses included, is refused by not being in it.
const globalIpv6 = '2000::/3'
// Teredo and 6to4 carry a v4 address that the route would unwrap; the rest is for protocols and documents.
const refusedIpv6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']

const refused = networks([...refusedIpv4, ...refusedIpv6])
const global = networks([globalIpv6])

/** Whether an address is one that anybody on the internet can reach: not this machine, its network, or its cloud's own services. */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address)
  if (version === 4) return !refused.check(address, 'ipv4')
  return version === 6 && global.check(address, 'ipv6') && !refused.check(address, 'ipv6')
}

/** Of addresses and networks such as `10.0.0.0/8`. */
export function networks(entries: readonly string[]): BlockList {
  const list = new BlockList()
  for (const entry of entries) {
    const [address = '', bits] = entry.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(bits), family)
  }
  return list
}
