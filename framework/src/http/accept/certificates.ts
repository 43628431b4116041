import { X509Certificate } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import type { SecureContext, SecureContextOptions } from 'node:tls'
import type { Clock } from '../../std/clock.ts'
import { BootError } from '../../std/errors.ts'
import type { Log } from '../../std/log.ts'

export interface CertificateOptions {
  /** PEM files: a certificate with its chain, and its key. The first pair serves clients that name no host. */
  readonly pairs: readonly { readonly certificate: string; readonly key: string }[]
  /** PEM file of the authorities whose clients are believed. Without it no client is asked for a certificate. */
  readonly clientCa?: string | undefined
  /** PEM file of revoked client certificates. */
  readonly clientCrl?: string | undefined
  /** Whether certificates that no public authority signed stop the start. */
  readonly refuseSelfSigned: boolean
  readonly clock: Clock
  readonly log: Log
  /** Milliseconds between two looks at the files. Default 10 s. */
  readonly checkInterval?: number
}

interface Entry {
  readonly file: string
  readonly certificate: X509Certificate
  readonly context: SecureContext
  readonly settings: SecureContextOptions
  /** DER, from `CERTIFICATE.ocsp` where it exists. */
  readonly staple: Buffer | undefined
}

/** TLS 1.2 and up, forward secrecy and authenticated encryption only (RFC 9325, 4.2). */
export const tlsFloor: SecureContextOptions = {
  minVersion: 'TLSv1.2',
  ciphers: [
    'TLS_AES_256_GCM_SHA384',
    'TLS_CHACHA20_POLY1305_SHA256',
    'TLS_AES_128_GCM_SHA256',
    'ECDHE-ECDSA-AES256-GCM-SHA384',
    'ECDHE-RSA-AES256-GCM-SHA384',
    'ECDHE-ECDSA-CHACHA20-POLY1305',
    'ECDHE-RSA-CHACHA20-POLY1305',
    'ECDHE-ECDSA-AES128-GCM-SHA256',
    'ECDHE-RSA-AES128-GCM-SHA256',
  ].join(':'),
}

const day = 86_400_000
const warnBefore = 30 * day

/** Certificates and keys from files, chosen by the name that a client asks for, and read again when the files change. */
export class Certificates {
  readonly #options: CertificateOptions
  readonly #changed: (() => void)[] = []
  #entries: readonly Entry[] = []
  #seen = ''
  #cancel: (() => void) | undefined
  #warned: number | undefined

  constructor(options: CertificateOptions) {
    this.#options = options
  }

  async open(): Promise<void> {
    this.#seen = await this.#signature()
    this.#entries = await this.#load()
    this.#warn()
    this.#watch()
  }

  close(): void {
    this.#cancel?.()
  }

  /** Seconds until the first of them expires. */
  get secondsLeft(): number {
    return Math.floor((this.#earliest() - this.#options.clock.now().getTime()) / 1000)
  }

  /** For clients that name no host. */
  get settings(): SecureContextOptions {
    return this.#entries[0]!.settings
  }

  onChange(listener: () => void): void {
    this.#changed.push(listener)
  }

  contextFor(name: string): SecureContext {
    return this.#entryFor(name).context
  }

  stapleFor(certificate: Buffer): Buffer | undefined {
    return this.#entries.find((entry) => entry.certificate.raw.equals(certificate))?.staple
  }

  /** Reads the files again; connections that are open keep what they have. Rejects, and changes nothing, when they do not fit together. */
  async reload(): Promise<void> {
    this.#entries = await this.#load()
    this.#warned = undefined
    this.#options.log.info('certificates read', { secondsLeft: this.secondsLeft })
    for (const listener of this.#changed) listener()
    this.#warn()
  }

  #entryFor(name: string): Entry {
    return this.#entries.find(({ certificate }) => certificate.checkHost(name) !== undefined) ?? this.#entries[0]!
  }

  #earliest(): number {
    return Math.min(...this.#entries.map(({ certificate }) => certificate.validToDate.getTime()))
  }

  #warn(): void {
    const { log, clock } = this.#options
    const now = clock.now().getTime()
    if (this.#warned !== undefined && now - this.#warned < day) return
    for (const { file, certificate } of this.#entries) {
      const left = certificate.validToDate.getTime() - now
      if (left > warnBefore) continue
      this.#warned = now
      log.warn(left > 0 ? 'a certificate expires soon' : 'a certificate has expired', {
        file,
        until: certificate.validToDate.toISOString(),
      })
    }
  }

  /** By looking, not by `fs.watch`: what mounts secrets swaps folders, and no event tells of it. */
  #watch(): void {
    const { clock, checkInterval = 10_000, log } = this.#options
    this.#cancel = clock.after(checkInterval, () => {
      this.#warn()
      this.#check()
        .catch((error: unknown) => log.error('certificates were not read: the old ones stay', { error }))
        .finally(() => this.#cancel !== undefined && this.#watch())
    })
  }

  async #check(): Promise<void> {
    const signature = await this.#signature()
    if (signature === this.#seen) return
    this.#seen = signature
    await this.reload()
  }

  async #signature(): Promise<string> {
    const { pairs, clientCa, clientCrl } = this.#options
    const files = [...pairs.flatMap(({ certificate, key }) => [certificate, key, `${certificate}.ocsp`]), clientCa, clientCrl]
    const marks = files.map(async (file) => {
      const found = file === undefined ? undefined : await stat(file).catch(() => undefined)
      return found === undefined ? '' : `${found.ino}.${found.mtimeMs}.${found.size}`
    })
    return (await Promise.all(marks)).join(' ')
  }

  async #load(): Promise<Entry[]> {
    const { clientCa, clientCrl, pairs } = this.#options
    const clients: SecureContextOptions = {
      ...(clientCa !== undefined && { ca: await read(clientCa) }),
      ...(clientCrl !== undefined && { crl: await read(clientCrl) }),
    }
    return Promise.all(pairs.map((pair) => this.#entry(pair, clients)))
  }

  async #entry(pair: CertificateOptions['pairs'][number], clients: SecureContextOptions): Promise<Entry> {
    await checkMode(pair.key)
    const [cert, key] = await Promise.all([read(pair.certificate), read(pair.key)])
    const settings = { ...tlsFloor, ...clients, cert, key }
    try {
      const certificate = new X509Certificate(cert)
      if (this.#options.refuseSelfSigned) checkAuthority(certificate, pair.certificate)
      const staple = await readFile(`${pair.certificate}.ocsp`).catch(() => undefined)
      return {
        file: pair.certificate,
        certificate,
        settings,
        staple,
        context: process.getBuiltinModule('node:tls').createSecureContext(settings),
      }
    } catch (cause) {
      if (cause instanceof BootError) throw cause
      throw new BootError('config-invalid', `${pair.certificate} and ${pair.key} are not a certificate and its key.`, {
        fix: 'Name PEM files that belong together in TLS_CERT and TLS_KEY, in the same order.',
        cause,
      })
    }
  }
}

async function read(file: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (cause) {
    throw new BootError('config-invalid', `${file} cannot be read.`, { fix: 'Name PEM files that this user may read.', cause })
  }
}

/** Others may not read a key, and its group may not write it. */
async function checkMode(file: string): Promise<void> {
  const mode = (await stat(file).catch(() => undefined))?.mode
  if (process.platform === 'win32' || mode === undefined || (mode & 0o027) === 0) return
  throw new BootError(
    'config-invalid',
    `${file} has mode ${(mode & 0o777).toString(8)}: others than its owner may read or change the key.`,
    {
      fix: `chmod 600 ${file}`,
    },
  )
}

function checkAuthority(certificate: X509Certificate, file: string): void {
  const isSelfSigned = certificate.checkIssued(certificate)
  if (!isSelfSigned && !certificate.issuer.includes('O=Throughline development')) return
  throw new BootError(
    'config-invalid',
    `${file} is signed by ${isSelfSigned ? 'itself' : 'a development authority'}, which production does not serve.`,
    {
      fix: 'Use a certificate of an authority that clients know, or set TLS_SELF_SIGNED=true.',
    },
  )
}
