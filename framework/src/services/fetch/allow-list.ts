import { isIP } from 'node:net'
import { networks } from './address.ts'

/** What may be reached although it is not public. */
export interface AllowList {
  hasHost(host: string, port: string): boolean
  hasAddress(address: string): boolean
}

/** Of `10.0.0.0/8`, `::1`, `inventory.internal`, `inventory.internal:8080` and `*.internal`. */
export function allowList(entries: readonly string[]): AllowList {
  const isNetwork = (entry: string) => isIP(entry.split('/')[0]!) !== 0
  const addresses = networks(entries.filter(isNetwork))
  const hosts = entries.filter((entry) => !isNetwork(entry))
  return {
    hasHost: (host, port) => hosts.some((entry) => hostMatches(entry, host) || hostMatches(entry, `${host}:${port}`)),
    hasAddress: (address) => addresses.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4'),
  }
}

/** `*.example.com` stands for every name below it, and not for `example.com` itself. */
export function hostMatches(pattern: string, host: string): boolean {
  return pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) && host.length > pattern.length - 1 : host === pattern
}
