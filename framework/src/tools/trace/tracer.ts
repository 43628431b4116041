import type { Socket } from 'node:net'
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls'
import type { ClientTimings } from '../../contract/trace/client-timings.ts'
import type { Clock } from '../../std/clock.ts'
import { BootError } from '../../std/errors.ts'
import type { Answer, Connection, Outgoing } from './connection.ts'
import type { Lookup, Resolver } from './dns/resolver.ts'
import { openHttp1 } from './http1.ts'
import { openHttp2 } from './http2.ts'
import { answerNote, dnsNote, dnsParts, reusedNote, tcpNote, tcpParts, tlsNote } from './notes.ts'
import { race, type Try } from './race.ts'
import { Distrusted, secure, type TlsFacts } from './secure.ts'
import { Stopwatch } from './stopwatch.ts'

/** One request, from the name to the last byte, or as far as it came. */
export interface Attempt {
  readonly timings: ClientTimings
  readonly dns?: Lookup
  /** Every address that was tried; none on a connection that was open already. */
  readonly tries?: readonly Try[]
  /** How long the connection had been open, in milliseconds. */
  readonly reusedAfter?: number
  readonly tls?: TlsFacts
  readonly answer?: Answer
  readonly failure?: BootError
}

export interface TracerOptions {
  readonly clock: Clock
  readonly resolver: Resolver
  /** For one request, in milliseconds. */
  readonly timeout: number
  readonly insecure: boolean
  /** PEM: trusted besides what Node.js trusts. */
  readonly ca: readonly string[]
  /** Opens a connection for every request. */
  readonly reconnect: boolean
}

interface Open {
  readonly connection: Connection
  readonly since: number
  readonly tls: TlsFacts | undefined
}

type Found = { -readonly [Key in keyof Attempt]: Attempt[Key] }

/** Sends requests to one origin and measures every step; connections, TLS sessions and names are kept from one to the next. */
export class Tracer {
  readonly #options: TracerOptions
  #trust: SecureContext | undefined
  #open: Open | undefined
  #session: Buffer | undefined

  constructor(options: TracerOptions) {
    this.#options = options
  }

  /** Never rejects for what network and server do: `failure` says it. */
  async attempt(outgoing: Outgoing, spanId: string): Promise<Attempt> {
    const { clock, timeout, ca } = this.#options
    // Before anything is measured: parsing all the world's authorities takes longer than a handshake.
    if (outgoing.url.protocol === 'https:')
      this.#trust ??= createSecureContext(ca.length === 0 ? {} : { ca: [...getCACertificates('default'), ...ca] })
    const control = new AbortController()
    const startedAt = clock.now().getTime()
    const watch = new Stopwatch(clock)
    const cancel = clock.after(timeout, () => control.abort(tooSlow(watch, timeout)))
    const found: Partial<Found> = {}
    try {
      await this.#run(outgoing, { watch, found, signal: control.signal })
    } catch (error) {
      this.close()
      if (!(error instanceof BootError)) throw error
      found.failure = error
    } finally {
      cancel()
    }
    return { ...found, timings: { startedAt, spanId, ...watch.stop(found.failure?.code) } }
  }

  close(): void {
    this.#open?.connection.close()
    this.#open = undefined
  }

  async #run(outgoing: Outgoing, run: Run): Promise<void> {
    const { watch, found, signal } = run
    if (this.#options.reconnect) this.close()
    const open =
      this.#open?.connection.isAlive === true ? this.#reuse(outgoing.url, this.#open, run) : await this.#connect(outgoing.url, run)
    this.#open = open
    watch.begin('request')
    watch.tell('request', outgoing.body === undefined ? 'no body' : `${outgoing.body.length} bytes of body`)
    const sent = () => {
      if (!watch.has('waiting')) watch.begin('waiting')
    }
    const firstByte = () => {
      sent()
      if (!watch.has('content')) watch.begin('content')
    }
    found.answer = await open.connection.send(outgoing, { signal, sent, firstByte })
    firstByte()
    watch.tell('waiting', `HTTP/${found.answer.httpVersion} ${found.answer.status}`)
    watch.tell('content', answerNote(found.answer))
    if (!open.connection.isAlive) this.close()
  }

  #reuse({ protocol }: URL, open: Open, { watch, found }: Run): Open {
    const age = this.#options.clock.monotonic() - open.since
    found.reusedAfter = age
    watch.pass('dns', 'not asked')
    watch.pass('tcp', reusedNote(age))
    if (protocol === 'https:') watch.pass('tls', 'reused')
    if (open.tls !== undefined) found.tls = open.tls
    return open
  }

  async #connect(url: URL, run: Run): Promise<Open> {
    const { clock, resolver } = this.#options
    const { watch, found, signal } = run
    this.close()
    watch.begin('dns')
    const dns = await resolver.lookup(url.hostname, signal)
    found.dns = dns
    watch.tell('dns', dnsNote(dns), dnsParts(dns))
    if (dns.failure !== undefined) throw dns.failure
    watch.begin('tcp')
    const started = clock.monotonic()
    const { socket, tries } = await race(dns.addresses, portOf(url), { clock, signal })
    const since = clock.monotonic()
    found.tries = tries
    watch.tell('tcp', tcpNote(tries), tcpParts(tries, started))
    if (url.protocol === 'http:') return { connection: openHttp1(socket), since, tls: undefined }
    watch.begin('tls')
    return this.#secure(url, { ...run, socket, since })
  }

  async #secure(url: URL, { watch, found, signal, socket, since }: Run & { socket: Socket; since: number }): Promise<Open> {
    const { clock, insecure } = this.#options
    const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
    const onSession = (session: Buffer) => (this.#session = session)
    const secured = await secure(socket, { host, clock, signal, insecure, trust: this.#trust, session: this.#session, onSession }).catch(
      (error: unknown) => {
        if (!(error instanceof Distrusted)) throw error
        found.tls = error.facts
        watch.tell('tls', tlsNote(error.facts))
        throw error.error
      },
    )
    found.tls = secured.facts
    watch.tell('tls', tlsNote(secured.facts))
    const connection = secured.facts.alpn === 'h2' ? openHttp2(secured.socket, url.origin) : openHttp1(secured.socket)
    return { connection, since, tls: secured.facts }
  }
}

interface Run {
  readonly watch: Stopwatch
  readonly found: Partial<Found>
  readonly signal: AbortSignal
}

function portOf({ port, protocol }: URL): number {
  if (port !== '') return Number(port)
  return protocol === 'https:' ? 443 : 80
}

const missing = {
  dns: 'no name server had answered',
  tcp: 'there was no connection',
  tls: 'the TLS handshake had not ended',
  request: 'the server had not taken all of the request',
  waiting: 'the first byte of the answer had not come',
  content: 'the rest of the answer had not come',
} as const

function tooSlow(watch: Stopwatch, timeout: number): BootError {
  const phase = watch.now ?? 'dns'
  return new BootError(phase === 'dns' ? 'dns-timeout' : 'server-timeout', `${timeout / 1000} s are over, and ${missing[phase]}.`)
}
