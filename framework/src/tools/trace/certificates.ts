import { X509Certificate } from 'node:crypto'
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls'
import { BootError } from '../../std/errors.ts'

export interface CertificateFacts {
  readonly subject: string
  readonly issuer: string
  /** DNS names and addresses that it speaks for. */
  readonly names: readonly string[]
  /** ISO 8601. */
  readonly validFrom: string
  readonly validTo: string
  /** Whole days until it expires; negative when it has. */
  readonly daysLeft: number
  readonly selfSigned: boolean
}

/** The server's own certificate first, then its issuer, and so on: as far as the server sent them, and this machine knows them. */
export function chainOf(socket: TLSSocket, now: Date): CertificateFacts[] {
  const chain: CertificateFacts[] = []
  const seen = new Set<string>()
  let at: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true)
  while (at?.raw !== undefined && !seen.has(at.fingerprint256)) {
    seen.add(at.fingerprint256)
    chain.push(factsOf(new X509Certificate(at.raw), now))
    at = at.issuerCertificate
  }
  return chain
}

export function factsOf(certificate: X509Certificate, now: Date): CertificateFacts {
  const { subject, issuer, subjectAltName = '', validFromDate, validToDate } = certificate
  return {
    subject: nameIn(subject),
    issuer: nameIn(issuer),
    names: subjectAltName.split(', ').flatMap((name) => name.replace(/^(DNS|IP Address):/, '') || []),
    validFrom: validFromDate.toISOString(),
    validTo: validToDate.toISOString(),
    daysLeft: Math.floor((validToDate.getTime() - now.getTime()) / 86_400_000),
    selfSigned: certificate.checkIssued(certificate),
  }
}

/** The common name, else all of the name on one line. */
function nameIn(distinguished: string | undefined): string {
  return /^CN=(.*)$/m.exec(distinguished ?? '')?.[1] ?? (distinguished ?? '').replaceAll('\n', ', ')
}

/** Which certificate of the chain the mistake is in, and what is wrong with it. `code` is OpenSSL's, or Node's for a name. */
export function untrusted(chain: readonly CertificateFacts[], code: string, { host, now }: { host: string; now: Date }): BootError {
  const [leaf] = chain
  const named = (facts: CertificateFacts | undefined) =>
    facts === undefined ? 'The certificate' : `The certificate of ${facts.subject} (issued by ${facts.issuer})`
  const expired = chain.find(({ daysLeft }) => daysLeft < 0)
  const early = chain.find(({ validFrom }) => new Date(validFrom) > now)
  const refuse = (facts: CertificateFacts | undefined, fault: string, fix: string) =>
    new BootError('certificate-untrusted', `${named(facts)} ${fault}.`, { fix: `${fix} --insecure looks further without any protection.` })
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return refuse(expired ?? leaf, `expired on ${(expired ?? leaf)?.validTo}`, 'Renew it, and let the server load the new one.')
    case 'CERT_NOT_YET_VALID':
      return refuse(
        early ?? leaf,
        `is valid from ${(early ?? leaf)?.validFrom}, and now is ${now.toISOString()}`,
        'Wait, or set the clock.',
      )
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return refuse(leaf, 'is signed by itself', 'Trust it with --ca FILE when it is yours, or let an authority sign it.')
    case 'SELF_SIGNED_CERT_IN_CHAIN':
      return refuse(chain.at(-1), 'is an authority that this machine does not know', 'Trust it with --ca FILE when it is yours.')
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return refuse(
        leaf,
        `speaks for ${leaf?.names.join(', ') || 'no name'}, and not for ${host}`,
        `Ask for one of its names, or get one for ${host}.`,
      )
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return refuse(
        chain.at(-1),
        `has an issuer that the server did not send and this machine does not know`,
        'Let the server send the certificates between its own and the root, or trust the authority with --ca FILE.',
      )
    default:
      return refuse(leaf, `was refused: ${code}`, 'Look it up in the manual of OpenSSL, verify(1).')
  }
}
