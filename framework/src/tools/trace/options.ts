import { readFileSync } from 'node:fs'
import { METHODS } from 'node:http'
import { isIP } from 'node:net'
import { BootError } from '../../std/errors.ts'
import { checkHeaders } from '../../std/field-value.ts'
import { toMilliseconds } from '../../system/config/units.ts'
import type { Invocation } from '../cli/command.ts'
import type { Outgoing } from './connection.ts'
import type { NameServer } from './dns/exchange.ts'
import { tokenFor } from './token.ts'

export interface TraceOptions {
  readonly outgoing: Outgoing
  readonly times: number
  readonly reconnect: boolean
  readonly insecure: boolean
  readonly timeout: number
  readonly ca: readonly string[]
  readonly addresses: readonly string[] | undefined
  readonly dnsServer: NameServer | undefined
  readonly dnsChain: boolean
  readonly token: string | undefined
}

export const traceFlags = {
  method: 'METHOD',
  header: ['NAME: VALUE'],
  data: 'TEXT|@FILE',
  times: 'N',
  reconnect: true,
  insecure: true,
  ca: 'FILE',
  resolve: 'ADDRESS',
  'dns-server': 'HOST:PORT',
  'dns-chain': true,
  timeout: 'DURATION',
  token: 'TOKEN',
} as const satisfies Record<string, string | true | readonly [string]>

/** Throws `BootError('usage-wrong')` for what cannot be asked. */
export function parseTraceOptions({
  words,
  flags,
  lists,
  sources,
}: Pick<Invocation, 'words' | 'flags' | 'lists' | 'sources'>): TraceOptions {
  if (words.length > 1) throw new BootError('usage-wrong', `One URL at a time, and not ${words.length}.`)
  const text = (name: keyof typeof traceFlags) => {
    const value = flags.get(name)
    return typeof value === 'string' ? value : undefined
  }
  const data = text('data')
  const body = data === undefined ? undefined : bodyOf(data)
  const url = parseTarget(words[0])
  return {
    outgoing: {
      url,
      method: parseMethod(text('method') ?? (body === undefined ? 'GET' : 'POST')),
      headers: headersOf(lists.get('header') ?? [], body),
      body,
    },
    times: parseTimes(text('times') ?? '1'),
    reconnect: flags.has('reconnect'),
    insecure: flags.has('insecure'),
    timeout: parseTimeout(text('timeout') ?? '10s'),
    ca: readAuthorities(text('ca')),
    addresses: parseAddresses(text('resolve')),
    dnsServer: parseDnsServer(text('dns-server')),
    dnsChain: flags.has('dns-chain'),
    token: tokenFor(url, { flag: text('token'), env: sources.env }),
  }
}

/** PEM. */
export function readAuthorities(file: string | undefined): string[] {
  if (file === undefined) return []
  const text = read(file, '--ca').toString('utf8')
  if (!text.includes('-----BEGIN CERTIFICATE-----'))
    throw new BootError('usage-wrong', `--ca ${file}: there is no certificate in it.`, { fix: 'Name a PEM file.' })
  return [text]
}

/** Of `http:` or `https:`, without user and password. */
export function parseTarget(text: string | undefined): URL {
  if (text === undefined) throw new BootError('usage-wrong', 'Which URL?', { fix: 'For example: throughline trace http://localhost:3000/' })
  const url = URL.parse(text)
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw new BootError('usage-wrong', `${JSON.stringify(text)} is no URL of http or https.`, {
      fix: `Write it in full: http://${text.replace(/^\W*/, '')}`,
    })
  if (url.username !== '' || url.password !== '')
    throw new BootError('usage-wrong', 'A URL with a user and a password ends up in logs.', {
      fix: 'Use --header "Authorization: Basic …".',
    })
  return url
}

function parseMethod(method: string): string {
  if (!METHODS.includes(method) || method === 'CONNECT')
    throw new BootError('usage-wrong', `${method} is no method that can be traced.`, {
      fix: 'Methods are upper case: GET, POST, PUT, PATCH, DELETE, …',
    })
  return method
}

function bodyOf(data: string): Buffer {
  return data.startsWith('@') ? read(data.slice(1), '--data') : Buffer.from(data)
}

function read(file: string, flag: string): Buffer {
  try {
    return readFileSync(file)
  } catch (cause) {
    throw new BootError('usage-wrong', `${flag}: ${file} cannot be read.`, { fix: 'Name a file that exists and may be read.', cause })
  }
}

/** What was asked for, and what clients send anyway. */
function headersOf(lines: readonly string[], body: Buffer | undefined): [string, string][] {
  const own = lines.map(parseHeader)
  const names = new Set(own.map(([name]) => name.toLowerCase()))
  const usual: [string, string][] = [
    ['User-Agent', 'throughline-trace'],
    ['Accept', '*/*'],
    ['Accept-Encoding', 'zstd, br, gzip'],
    ...(body === undefined ? [] : [['Content-Type', isJson(body) ? 'application/json' : 'text/plain; charset=utf-8'] as [string, string]]),
    ...(body === undefined ? [] : [['Content-Length', String(body.length)] as [string, string]]),
  ]
  return [...usual.filter(([name]) => !names.has(name.toLowerCase())), ...own]
}

/** They frame the message or name the server: a wrong one would be about another request. */
const reserved = new Set(['host', 'connection', 'content-length', 'transfer-encoding'])

function parseHeader(line: string): [string, string] {
  const colon = line.indexOf(':')
  const [name, value] = [line.slice(0, Math.max(0, colon)).trim(), line.slice(colon + 1).trim()]
  // The value may be a secret: it is not repeated.
  const wrong = (reason: string) =>
    new BootError('usage-wrong', `--header ${name === '' ? 'without a name' : name}: ${reason}`, { fix: 'Write it as "Name: value".' })
  if (!/^[!#$%&'*+\-.^_`|~\w]+$/.test(name)) throw wrong('that is no name of a header.')
  if (reserved.has(name.toLowerCase())) throw wrong('it follows from the URL and the data.')
  try {
    checkHeaders({ [name]: value })
  } catch {
    throw wrong('its value has characters that no header may have.')
  }
  return [name, value]
}

function isJson(body: Buffer): boolean {
  try {
    JSON.parse(body.toString('utf8'))
    return true
  } catch {
    return false
  }
}

function parseTimes(text: string): number {
  const times = Number(text)
  if (!/^\d+$/.test(text) || times < 1 || times > 100) throw new BootError('usage-wrong', `--times ${text}: it takes 1 to 100.`)
  return times
}

function parseTimeout(text: string): number {
  const ms = toMilliseconds(text)
  if (ms === undefined || ms < 1 || ms > 600_000)
    throw new BootError('usage-wrong', `--timeout ${text}: it takes 1ms to 10m.`, { fix: 'Write a number with its unit: 500ms, 30s, 2m.' })
  return ms
}

function parseAddresses(text: string | undefined): string[] | undefined {
  const addresses = text?.split(',').map((one) => one.trim().replace(/^\[|\]$/g, ''))
  const wrong = addresses?.find((address) => isIP(address) === 0)
  if (wrong !== undefined)
    throw new BootError('usage-wrong', `--resolve ${wrong}: that is no IP address.`, { fix: 'Write one or several: 192.0.2.1,2001:db8::1' })
  return addresses
}

function parseDnsServer(text: string | undefined): NameServer | undefined {
  if (text === undefined) return undefined
  const [, bracketed, plain, port = '53'] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text) ?? []
  const address = bracketed ?? plain ?? text
  if (isIP(address) === 0 || Number(port) < 1 || Number(port) > 65_535)
    throw new BootError('usage-wrong', `--dns-server ${text}: it takes an address and a port.`, {
      fix: 'For example 127.0.0.1:5300, or [::1]:53.',
    })
  return { address, port: Number(port) }
}
