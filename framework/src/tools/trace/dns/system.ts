import { getServers } from 'node:dns'
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'
import type { NameServer } from './exchange.ts'

/** What the machine's own resolver goes by. */
export interface SystemDns {
  readonly servers: readonly NameServer[]
  /** Appended to names with fewer than `dots` dots, in this order. */
  readonly search: readonly string[]
  readonly dots: number
  /** Addresses of the hosts file, by lower-case name. */
  readonly hosts: ReadonlyMap<string, readonly string[]>
}

export function readSystemDns(): SystemDns {
  const windows = process.env['SystemRoot']
  const hostsFile = process.platform === 'win32' && windows !== undefined ? join(windows, 'System32/drivers/etc/hosts') : '/etc/hosts'
  return { servers: getServers().map(parseServer), ...parseResolvConf(read('/etc/resolv.conf')), hosts: parseHosts(read(hostsFile)) }
}

/** Comments, several names a line, the same name on several lines. */
export function parseHosts(text: string): Map<string, string[]> {
  const hosts = new Map<string, string[]>()
  for (const line of text.split('\n')) {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/)
    if (isIP(address) === 0) continue
    for (const name of names) hosts.set(name.toLowerCase(), [...(hosts.get(name.toLowerCase()) ?? []), address])
  }
  return hosts
}

/** The last `search` or `domain` counts, as in resolv.conf(5). */
export function parseResolvConf(text: string): { search: string[]; dots: number } {
  let search: string[] = []
  let dots = 1
  for (const line of text.split('\n')) {
    const [word, ...values] = line
      .replace(/[#;].*/, '')
      .trim()
      .split(/\s+/)
    if (word === 'search' || word === 'domain')
      search = values.map((value) => value.toLowerCase().replace(/\.$/, '')).filter((value) => value !== '')
    if (word === 'options') dots = Number(/(?:^| )ndots:(\d+)/.exec(values.join(' '))?.[1] ?? dots)
  }
  return { search, dots: Math.min(dots, 15) }
}

/** `10.0.0.2`, `10.0.0.2:5353`, `[fd00::1]:53`. */
function parseServer(text: string): NameServer {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+|.*:.*:.*?))(?::(\d+))?$/.exec(text) ?? []
  return isIP(text) === 0 ? { address: bracketed ?? plain ?? text, port: Number(port ?? 53) } : { address: text, port: 53 }
}

// A machine without the file has nothing to add.
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
