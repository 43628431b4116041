import type { Clock } from '../../std/clock.ts'
import { BootError } from '../../std/errors.ts'
import type { Log } from '../../std/log.ts'
import type { Meter } from '../../std/meter.ts'
import { Certificates } from './certificates.ts'
import type { TlsOptions } from './server.ts'

/** As `serverSettings` has them. */
export interface TlsSettings {
  readonly mode: string
  readonly tlsCert: readonly string[]
  readonly tlsKey: readonly string[]
  readonly tlsSelfSigned: boolean
  readonly tlsClientCa: string | undefined
  readonly tlsClientCrl: string | undefined
  readonly tlsClientAuth: 'optional' | 'required'
  readonly httpRedirectPort: number | undefined
  readonly h2: boolean
  readonly allowedHosts: readonly string[]
}

/** What the settings say about TLS; undefined for plain HTTP. No file is read yet. */
export function openTls(settings: TlsSettings, { clock, log, meter }: { clock: Clock; log: Log; meter: Meter }): TlsOptions | undefined {
  const { tlsCert, tlsKey, tlsClientCa, tlsClientCrl, httpRedirectPort } = settings
  if (tlsCert.length !== tlsKey.length)
    throw new BootError('config-invalid', `TLS_CERT names ${tlsCert.length} files and TLS_KEY ${tlsKey.length}.`, {
      fix: 'Name one key for every certificate, in the same order.',
    })
  if (tlsCert.length === 0) {
    const idle = Object.entries({ TLS_CLIENT_CA: tlsClientCa, TLS_CLIENT_CRL: tlsClientCrl, HTTP_REDIRECT_PORT: httpRedirectPort })
    const [found] = idle.find(([, value]) => value !== undefined) ?? []
    if (found === undefined) return undefined
    throw new BootError('config-invalid', `${found} has no meaning without TLS_CERT.`, {
      fix: `Set TLS_CERT and TLS_KEY, or remove ${found}.`,
    })
  }
  const certificates = new Certificates({
    pairs: tlsCert.map((certificate, i) => ({ certificate, key: tlsKey[i]! })),
    clientCa: tlsClientCa,
    clientCrl: tlsClientCrl,
    refuseSelfSigned: settings.mode === 'production' && !settings.tlsSelfSigned,
    clock,
    log,
  })
  meter.gauge('cert_expiry_seconds', { help: 'Time until the first certificate expires.', read: () => certificates.secondsLeft })
  const clients = tlsClientCa === undefined ? 'none' : settings.tlsClientAuth
  return { certificates, clients, h2: settings.h2, redirectPort: httpRedirectPort, allowedHosts: settings.allowedHosts }
}
