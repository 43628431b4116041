import { X509Certificate } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BootError } from '../../std/errors.ts'
import { issueCertificate, type Issued } from './certificate.ts'

export interface DevTls {
  /** The authority's certificate: what browsers and clients must trust. */
  readonly ca: string
  readonly certificate: string
  readonly key: string
}

const authorityName = 'Local authority'
const local = ['localhost', '*.localhost', '127.0.0.1', '::1']

/**
 * Writes a local authority, once, and a certificate that it signed for this machine and `hosts`, anew each time. Nothing is made to trust it.
 *
 * The authority lasts ten years, the certificate 90 days; `folder` and the keys in it are its owner's alone.
 */
export function writeDevTls(folder: string, hosts: readonly string[], now: Date): DevTls {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const paths = {
    ca: join(folder, 'ca.pem'),
    caKey: join(folder, 'ca.key'),
    certificate: join(folder, 'localhost.pem'),
    key: join(folder, 'localhost.key'),
  }
  const from = new Date(now.getTime() - 60_000)
  const issuer = existsSync(paths.ca) ? readAuthority(paths) : issueCertificate({ subject: authorityName, from, days: 3650 })
  const leaf = issueCertificate({ subject: 'localhost', names: [...new Set([...local, ...hosts])], issuer, from, days: 90 })
  write(paths.ca, paths.caKey, issuer)
  write(paths.certificate, paths.key, leaf)
  return { ca: paths.ca, certificate: paths.certificate, key: paths.key }
}

function readAuthority({ ca, caKey }: { ca: string; caKey: string }): Issued {
  try {
    const certificate = readFileSync(ca, 'utf8')
    if (new X509Certificate(certificate).ca) return { subject: authorityName, certificate, key: readFileSync(caKey, 'utf8') }
  } catch (cause) {
    throw new BootError('config-invalid', `${ca} and ${caKey} are not an authority and its key.`, {
      fix: 'Remove both and run the command again.',
      cause,
    })
  }
  throw new BootError('config-invalid', `${ca} is not the certificate of an authority.`, { fix: 'Remove it and run the command again.' })
}

function write(certificateFile: string, keyFile: string, { certificate, key }: Issued): void {
  writeFileSync(certificateFile, certificate)
  writeFileSync(keyFile, key, { mode: 0o600 })
}
