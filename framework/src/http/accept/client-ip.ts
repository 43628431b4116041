import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'

/**
 * Whose address counts: the peer's, or, when the peer is a trusted proxy, the last address of `X-Forwarded-For` or `Forwarded` (RFC 7239)
 * that is not itself trusted. Everything to the left of that one was written by strangers. Where both are there and disagree,
 * one of them was passed on as a stranger wrote it: then it is the peer's.
 */
export function clientIp(trusted: readonly string[]): (request: IncomingMessage) => string {
  const proxies = blockList(trusted)
  const walk = (peer: string, hops: readonly string[]) => {
    let candidate = peer
    for (const hop of hops.toReversed()) {
      if (isIP(hop) === 0) break
      candidate = hop
      if (!contains(proxies, hop)) break
    }
    return candidate
  }
  return (request) => {
    const peer = unmapped(request.socket.remoteAddress ?? '')
    if (trusted.length === 0 || !contains(proxies, peer)) return peer
    const { 'x-forwarded-for': list, forwarded } = request.headers
    const byList = walk(
      peer,
      list === undefined
        ? []
        : String(list)
            .split(',')
            .map((hop) => unmapped(hop.trim())),
    )
    if (forwarded === undefined) return byList
    const byStandard = walk(peer, forwardedFor(forwarded))
    return list === undefined || byList === byStandard ? byStandard : peer
  }
}

/** The `for` of every element: `192.0.2.1`, `"192.0.2.1:80"`, `"[2001:db8::1]:80"`. */
function forwardedFor(header: string): string[] {
  const elements = header.match(/(?:"(?:[^"\\]|\\[^])*(?:"|\\?$)|[^,"])+/g) ?? []
  return elements.map((element) => {
    const [, quoted, token = ''] = /(?:^|;)\s*for=(?:"([^"]*)"|([^;\s"]*))/i.exec(element) ?? []
    const node = quoted ?? token
    const [, bracketed, plain] = /^(?:\[(.+)\]|([^:]*))(?::\w+)?$/.exec(node) ?? []
    return unmapped(bracketed ?? plain ?? '')
  })
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
