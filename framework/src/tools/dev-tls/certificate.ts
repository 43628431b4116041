import { createHash, createPrivateKey, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'
import { isIPv4, isIPv6, SocketAddress } from 'node:net'
import { bits, der, explicit, integer, octets, oid, sequence, set, time, truth, utf8 } from './der.ts'

export interface CertificateOptions {
  /** Goes into the common name. */
  readonly subject: string
  /** DNS names, addresses, e-mail addresses and URIs: what the certificate speaks for. None: an authority. */
  readonly names?: readonly string[]
  /** Who signs it. Default: itself. */
  readonly issuer?: Issued
  readonly from: Date
  readonly days: number
}

/** PEM, both. */
export interface Issued {
  readonly subject: string
  readonly certificate: string
  readonly key: string
}

/** Stands in every certificate made here: production does not serve them. */
export const developmentOrganisation = 'Throughline development'

/** ECDSA with SHA-256. */
export const algorithm = sequence(oid('1.2.840.10045.4.3.2'))
const usages = { authority: Uint8Array.of(0x06), leaf: Uint8Array.of(0x80) }

/** An X.509 v3 certificate with a new P-256 key (RFC 5280): `node:crypto` signs, but writes no certificates. */
export function issueCertificate({ subject, names = [], issuer, from, days }: CertificateOptions): Issued {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const signer = issuer === undefined ? privateKey : createPrivateKey(issuer.key)
  const isAuthority = names.length === 0
  const content = sequence(
    explicit(0, integer(Uint8Array.of(2))),
    integer(Uint8Array.of(1, ...randomBytes(15))),
    algorithm,
    nameOf(issuer?.subject ?? subject),
    sequence(time(from), time(new Date(from.getTime() + days * 86_400_000))),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    explicit(3, sequence(...extensions(isAuthority, names, { own: publicKey, authority: issuer === undefined ? publicKey : signer }))),
  )
  const certificate = sequence(content, algorithm, bits(sign('sha256', content, { key: signer, dsaEncoding: 'der' })))
  return { subject, certificate: pem('CERTIFICATE', certificate), key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string }
}

function extensions(isAuthority: boolean, names: readonly string[], keys: { own: KeyObject; authority: KeyObject }): Buffer[] {
  const common = [
    extension('2.5.29.19', sequence(...(isAuthority ? [truth()] : [])), true),
    extension('2.5.29.15', bits(isAuthority ? usages.authority : usages.leaf, isAuthority ? 1 : 7), true),
    extension('2.5.29.14', octets(keyId(keys.own))),
    extension('2.5.29.35', sequence(der(0x80, keyId(keys.authority)))),
  ]
  if (isAuthority) return common
  const purposes = sequence(oid('1.3.6.1.5.5.7.3.1'), oid('1.3.6.1.5.5.7.3.2'))
  return [...common, extension('2.5.29.37', purposes), extension('2.5.29.17', sequence(...names.map(generalName)))]
}

function extension(id: string, value: Uint8Array, critical = false): Buffer {
  return sequence(oid(id), ...(critical ? [truth()] : []), octets(value))
}

export function nameOf(subject: string): Buffer {
  const attribute = (id: string, value: string) => set(sequence(oid(id), utf8(value)))
  return sequence(attribute('2.5.4.10', developmentOrganisation), attribute('2.5.4.3', subject))
}

function generalName(name: string): Buffer {
  if (isIPv4(name)) return der(0x87, Uint8Array.from(name.split('.').map(Number)))
  if (isIPv6(name)) return der(0x87, ipv6Bytes(name))
  if (name.includes('://')) return der(0x86, Buffer.from(name, 'latin1'))
  return der(name.includes('@') ? 0x81 : 0x82, Buffer.from(name, 'latin1'))
}

function ipv6Bytes(name: string): Uint8Array {
  const { address } = new SocketAddress({ address: name, family: 'ipv6' })
  const [head = [], tail = []] = address.split('::').map((half) => half.split(':').filter((group) => group !== ''))
  const groups = [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail]
  return Uint8Array.from(groups.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]))
}

/** SHA-1 of the key's point: the usual way to name a key (RFC 5280, 4.2.1.2), no matter of security. */
function keyId(key: KeyObject): Buffer {
  const jwk = key.export({ format: 'jwk' })
  const point = [jwk.x!, jwk.y!].map((part) => Buffer.from(part, 'base64url'))
  return createHash('sha1')
    .update(Buffer.concat([Uint8Array.of(4), ...point]))
    .digest()
}

export function pem(label: string, bytes: Buffer): string {
  return `-----BEGIN ${label}-----\n${bytes
    .toString('base64')
    .replaceAll(/(.{64})/g, '$1\n')
    .trimEnd()}\n-----END ${label}-----\n`
}
