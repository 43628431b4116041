import { isIP, type Socket } from 'node:net'
import { connect, type SecureContext, type TLSSocket } from 'node:tls'
import type { Clock } from '../../std/clock.ts'
import { BootError } from '../../std/errors.ts'
import { abortable } from './abortable.ts'
import { chainOf, untrusted, type CertificateFacts } from './certificates.ts'

export interface TlsFacts {
  /** `TLSv1.3` */
  readonly version: string
  readonly cipher: string
  /** The protocol that both sides chose: `h2`, `http/1.1`; undefined when the server knows nothing of ALPN. */
  readonly alpn: string | undefined
  /** The name that was sent; none for an address. */
  readonly serverName: string | undefined
  readonly resumed: boolean
  /** Round trips that such a handshake takes. */
  readonly roundTrips: number
  /** Whether the server sent proof that its certificate is not revoked. */
  readonly ocspStapled: boolean
  readonly chain: readonly CertificateFacts[]
  /** What would have stopped without --insecure. */
  readonly distrust?: BootError
}

export interface TlsOptions {
  readonly host: string
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly insecure: boolean
  /** Whom to trust. Default: whom Node.js trusts. */
  readonly trust: SecureContext | undefined
  /** Of an earlier connection. */
  readonly session: Buffer | undefined
  /** Called with what a later connection may resume. */
  readonly onSession: (session: Buffer) => void
}

/** Speaks TLS over a connection. Throws `BootError`: `certificate-untrusted`, `tls-failed`. */
export async function secure(
  socket: Socket,
  { host, clock, signal, insecure, trust, session, onSession }: TlsOptions,
): Promise<{ socket: TLSSocket; facts: TlsFacts }> {
  const serverName = isIP(host) === 0 ? host : undefined
  const secured = connect({
    socket,
    host,
    ...(serverName !== undefined && { servername: serverName }),
    ALPNProtocols: ['h2', 'http/1.1'],
    requestOCSP: true,
    // Judged below, with the whole chain in hand: by itself it would only say that something is wrong.
    rejectUnauthorized: false,
    ...(trust !== undefined && { secureContext: trust }),
    ...(session !== undefined && { session }),
  })
  secured.on('session', onSession)
  let ocspStapled = false
  secured.on('OCSPResponse', (response: Buffer | null) => (ocspStapled = response !== null && response.length > 0))
  await abortable<void>(signal, (resolve, reject) => {
    secured.once('secureConnect', resolve)
    secured.once('error', reject)
    secured.once('close', () => reject(new Error('the server closed the connection')))
  }).catch((error: unknown) => {
    secured.destroy()
    signal.throwIfAborted()
    throw new BootError('tls-failed', `The TLS handshake with ${host} failed: ${reasonOf(error)}.`, { cause: error })
  })
  const now = clock.now()
  const chain = chainOf(secured, now)
  const code = codeOf(secured.authorizationError)
  const distrust = secured.authorized || code === undefined ? undefined : untrusted(chain, code, { host, now })
  const version = secured.getProtocol() ?? 'unknown'
  const resumed = secured.isSessionReused()
  const facts: TlsFacts = {
    version,
    cipher: secured.getCipher().standardName,
    alpn: secured.alpnProtocol === false || secured.alpnProtocol === null ? undefined : secured.alpnProtocol,
    serverName,
    resumed,
    roundTrips: version === 'TLSv1.3' || resumed ? 1 : 2,
    ocspStapled,
    chain,
    ...(distrust !== undefined && { distrust }),
  }
  if (distrust === undefined || insecure) return { socket: secured, facts }
  secured.destroy()
  throw new Distrusted(distrust, facts)
}

/** What was wrong, with everything that was seen of the handshake. */
export class Distrusted extends Error {
  readonly error: BootError
  readonly facts: TlsFacts

  constructor(error: BootError, facts: TlsFacts) {
    super(error.message)
    this.error = error
    this.facts = facts
  }
}

/** OpenSSL's own words, without where in its source they were said. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return /routines:[^:]*:([^:]+)/.exec(text)?.[1] ?? text.trim()
}

// Typed as an error, and in truth often the code itself.
function codeOf(error: unknown): string | undefined {
  if (typeof error === 'string') return error
  return error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : undefined
}
