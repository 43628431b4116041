import type { ClientPart } from '../../contract/trace/client-timings.ts'
import type { Answer } from './connection.ts'
import type { Lookup } from './dns/resolver.ts'
import type { Try } from './race.ts'
import type { TlsFacts } from './secure.ts'

const whoKnew = {
  url: 'the address is in the URL',
  flag: 'the address was given',
  localhost: 'this machine',
  hosts: 'the hosts file of this machine knew',
  cache: 'remembered here',
  resolver: 'a resolver knew',
  authority: 'the authority said',
  nobody: 'nobody knew',
} as const satisfies Record<Lookup['answeredBy'], string>

export function dnsNote({ answeredBy, records, addresses, queries }: Lookup): string {
  const ttl = records.length === 0 ? [] : [`ttl ${Math.min(...records.map((record) => record.ttl))} s`]
  const aliases = records.flatMap((record) => (record.type === 'CNAME' ? `alias of ${record.target}` : []))
  return [whoKnew[answeredBy], ...aliases, addresses.map(({ address }) => address).join(' '), ...ttl, counted(queries, 'query', 'queries')]
    .filter((text) => text !== '')
    .join(' · ')
}

export function dnsParts({ hops }: Lookup): ClientPart[] {
  return hops.map(({ role, zone, server, question, outcome, said, start, ms, transport, queries }) => {
    const zoned = zone === undefined || role === 'resolver' ? '' : ` ${zone}`
    const repeated = queries > 1 ? [counted(queries, 'query', 'queries')] : []
    return {
      name: `${role}${zoned}`,
      start,
      ms,
      note: [
        question,
        outcome === 'answer' ? said : `${outcome}: ${said}`,
        server ?? '',
        transport === 'tcp' ? 'over TCP' : '',
        ...repeated,
      ]
        .filter((text) => text !== '')
        .join(' · '),
    }
  })
}

export function tcpNote(tries: readonly Try[]): string {
  const won = tries.find(({ outcome }) => outcome === 'won')
  const raced = new Set(tries.map(({ family }) => family)).size > 1
  return [`${won?.address}`, `IPv${won?.family}${raced ? ' won' : ''}`, '1 round trip'].join(' · ')
}

/** Who else was tried; nothing when there was only one. */
export function tcpParts(tries: readonly Try[], started: number): ClientPart[] {
  if (tries.length < 2) return []
  return tries
    .toSorted((a, b) => a.start - b.start)
    .map(({ address, family, start, ms, outcome, reason }) => ({
      name: `IPv${family}`,
      start: started + start,
      ms,
      note: [address, outcome, reason ?? ''].filter((text) => text !== '').join(' · '),
    }))
}

export function reusedNote(age: number): string {
  return `reused · age ${age < 10 ? age.toFixed(1) : Math.round(age)} ms`
}

export function tlsNote({ version, cipher, alpn, resumed, roundTrips, ocspStapled, chain, distrust }: TlsFacts): string {
  const days = chain[0] === undefined ? [] : [`${chain[0].daysLeft} days left`]
  return [
    version,
    cipher,
    alpn ?? 'no ALPN',
    resumed ? 'resumed' : 'full handshake',
    counted(roundTrips, 'round trip', 'round trips'),
    ...days,
    ocspStapled ? 'OCSP stapled' : 'no OCSP staple',
    ...(distrust === undefined ? [] : ['NOT TRUSTED']),
  ].join(' · ')
}

export function answerNote({ bytes, headers, interim }: Answer): string {
  const value = (wanted: string) => headers.find(([name]) => name.toLowerCase() === wanted)?.[1]
  const coding = value('content-encoding')
  return [
    `${bytes} bytes`,
    ...(coding === undefined ? [] : [coding]),
    ...(interim.length === 0 ? [] : [`after ${interim.join(', ')}`]),
  ].join(' · ')
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`
}
