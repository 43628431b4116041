import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'

/**
 * Whose address counts: the peer's, or, when the peer is a trusted proxy, the last address of `X-Forwarded-For`
 * that is not itself trusted. Everything to the left of that one was written by strangers.
 */
export function clientIp(trusted: readonly string[]): (request: IncomingMessage) => string {
  const proxies = blockList(trusted)
  return (request) => {
    const peer = unmapped(request.socket.remoteAddress ?? '')
    if (trusted.length === 0 || !contains(proxies, peer)) return peer
    const hops = String(request.headers['x-forwarded-for'] ?? '')
      .split(',')
      .map((hop) => unmapped(hop.trim()))
    let candidate = peer
    for (const hop of hops.reverse()) {
      if (isIP(hop) === 0) break
      candidate = hop
      if (!contains(proxies, hop)) break
    }
    return candidate
  }
}

/** Whether the peer itself is trusted, whose headers are then believed; undefined when nobody is. */
export function peerTrust(trusted: readonly string[]): ((request: IncomingMessage) => boolean) | undefined {
  if (trusted.length === 0) return undefined
  const peers = blockList(trusted)
  return (request) => contains(peers, unmapped(request.socket.remoteAddress ?? ''))
}

function blockList(entries: readonly string[]): BlockList {
  const list = new BlockList()
  for (const entry of entries) {
    const [address = '', bits] = entry.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(bits), family)
  }
  return list
}

function contains(list: BlockList, address: string): boolean {
  const version = isIP(address)
  return version !== 0 && list.check(address, version === 6 ? 'ipv6' : 'ipv4')
}

function unmapped(address: string): string {
  return address.startsWith('::ffff:') && isIP(address.slice(7)) === 4 ? address.slice(7) : address
}
