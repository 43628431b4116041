import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Certificates, type CertificateOptions } from '../../src/http/accept/certificates.ts'
import { systemClock } from '../../src/std/clock.ts'
import { silentLog } from '../../src/std/log.ts'
import { issueCertificate, type Issued } from '../../src/tools/dev-tls/certificate.ts'

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
  return { folder, authority, clientCa, issue, write, remove: () => rmSync(folder, { recursive: true }) }
}

export function certificates(options: Pick<CertificateOptions, 'pairs'> & Partial<CertificateOptions>): Certificates {
  return new Certificates({ refuseSelfSigned: false, clock: systemClock, log: silentLog, ...options })
}
