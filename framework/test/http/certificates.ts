import { sign, X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Certificates, type CertificateOptions } from '../../src/http/accept/certificates.ts'
import { systemClock } from '../../src/std/clock.ts'
import { silentLog } from '../../src/std/log.ts'
import { algorithm, issueCertificate, nameOf, pem, type Issued } from '../../src/tools/dev-tls/certificate.ts'
import { bits, integer, sequence, time } from '../../src/tools/dev-tls/der.ts'

/** An authority and a folder of what it signed. */
export function certificateFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-tls-'))
  const from = new Date(Date.now() - 60_000)
  const authority = issueCertificate({ subject: 'Test CA', from, days: 365 })
  const issue = (names: readonly string[], options: { days?: number; issuer?: Issued } = {}) =>
    issueCertificate({ subject: names[0]!, names, issuer: authority, from, days: 365, ...options })
  const write = (name: string, { certificate, key }: Issued) => {
    const pair = { certificate: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) }
    writeFileSync(pair.certificate, certificate)
    writeFileSync(pair.key, key, { mode: 0o600 })
    return pair
  }
  const clientCa = join(folder, 'ca.pem')
  writeFileSync(clientCa, authority.certificate)
  const revoke = ({ certificate }: Issued) => {
    const file = join(folder, 'revoked.pem')
    writeFileSync(file, revocationList(authority, new X509Certificate(certificate), from))
    return file
  }
  return { folder, authority, clientCa, issue, write, revoke, remove: () => rmSync(folder, { recursive: true }) }
}

/** What an authority no longer stands for (RFC 5280, 5). */
function revocationList(authority: Issued, revoked: X509Certificate, from: Date): string {
  const serial = integer(Buffer.from(revoked.serialNumber, 'hex'))
  const content = sequence(
    integer(Uint8Array.of(1)),
    algorithm,
    nameOf(authority.subject),
    time(from),
    time(new Date(from.getTime() + 86_400_000)),
    sequence(sequence(serial, time(from))),
  )
  return pem('X509 CRL', sequence(content, algorithm, bits(sign('sha256', content, authority.key))))
}

export function certificates(options: Pick<CertificateOptions, 'pairs'> & Partial<CertificateOptions>): Certificates {
  return new Certificates({ refuseSelfSigned: false, clock: systemClock, log: silentLog, ...options })
}
