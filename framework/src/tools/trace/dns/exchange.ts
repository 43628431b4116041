import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { connect, isIPv6 } from 'node:net'
import type { Clock } from '../../../std/clock.ts'
import { abortable } from '../abortable.ts'
import { encodeQuery, parseMessage, replyCodes, type DnsMessage, type Question } from './message.ts'

export interface NameServer {
  readonly address: string
  readonly port: number
}

export interface ExchangeOptions {
  readonly clock: Clock
  /** Whether the server is asked to ask others. */
  readonly recursion: boolean
  readonly signal: AbortSignal
}

export interface Exchange {
  readonly reply: DnsMessage
  readonly transport: 'udp' | 'tcp'
  readonly ms: number
  /** How many times something was sent: lost packets count. */
  readonly queries: number
}

/** No reply to any of the tries. */
export class DnsSilence extends Error {
  readonly queries: number

  constructor(server: NameServer, queries: number) {
    super(`${showServer(server)} did not answer ${queries} queries.`)
    this.queries = queries
  }
}

/** A reply that cannot be used, or none that ever will be: nobody listens there. */
export class DnsRefusal extends Error {
  readonly queries: number

  constructor(reason: string, queries: number, cause?: unknown) {
    super(reason, { cause })
    this.queries = queries
  }
}

/** How long each try waits, in milliseconds. */
const tries = [1000, 2000]

/** Asks one server one question: over UDP, again when nothing comes, over TCP when the reply did not fit. */
export async function askServer(server: NameServer, question: Question, options: ExchangeOptions): Promise<Exchange> {
  const started = options.clock.monotonic()
  let queries = 0
  let extended = true
  const query = () => encodeQuery({ ...question, id: randomInt(0x10000), recursion: options.recursion, extended })
  const over = async (transport: 'udp' | 'tcp', wait: number) => {
    queries++
    const outcome = await (transport === 'udp' ? overUdp : overTcp)(server, query(), { ...options, wait, question }).catch(
      (error: unknown) => {
        options.signal.throwIfAborted()
        const reason = error instanceof Error ? error.message : String(error)
        throw new DnsRefusal(`${showServer(server)}: ${reason}`, queries, error)
      },
    )
    // Servers from before EDNS(0) take the extra record for a mistake (RFC 6891, section 7).
    if (outcome?.code === replyCodes.formatError && extended) {
      extended = false
      return over(transport, wait)
    }
    return outcome
  }
  const done = (reply: DnsMessage, transport: 'udp' | 'tcp') => ({ reply, transport, ms: options.clock.monotonic() - started, queries })
  for (const wait of tries) {
    const reply = await over('udp', wait)
    if (reply === undefined) continue
    if (!reply.truncated) return done(reply, 'udp')
    const whole = await over('tcp', wait)
    if (whole !== undefined) return done(whole, 'tcp')
  }
  throw new DnsSilence(server, queries)
}

export function showServer({ address, port }: NameServer): string {
  return isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`
}

type Wait = ExchangeOptions & { readonly wait: number; readonly question: Question }

/** Undefined when nothing came in time. */
async function overUdp(
  { address, port }: NameServer,
  query: Buffer,
  { clock, wait, signal, question }: Wait,
): Promise<DnsMessage | undefined> {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4')
  let cancel = () => {}
  try {
    return await abortable<DnsMessage | undefined>(signal, (resolve, reject) => {
      cancel = clock.after(wait, () => resolve(undefined))
      socket.on('error', reject)
      socket.on('message', (bytes) => settle(() => replyTo(query, question, bytes), { resolve, reject }))
      // A connected socket hears nobody else, and hears at once that nobody listens.
      socket.connect(port, address, () => socket.send(query))
    })
  } finally {
    cancel()
    socket.close()
  }
}

async function overTcp(
  { address, port }: NameServer,
  query: Buffer,
  { clock, wait, signal, question }: Wait,
): Promise<DnsMessage | undefined> {
  const socket = connect({ host: address, port })
  let cancel = () => {}
  try {
    return await abortable<DnsMessage | undefined>(signal, (resolve, reject) => {
      cancel = clock.after(wait, () => resolve(undefined))
      let received = Buffer.alloc(0)
      socket.on('error', reject)
      socket.on('close', () => reject(new Error('the connection closed before the reply')))
      socket.on('data', (bytes) => {
        received = Buffer.concat([received, bytes])
        if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return
        settle(() => replyTo(query, question, received.subarray(2)), { resolve, reject })
      })
      const length = Buffer.alloc(2)
      length.writeUInt16BE(query.length)
      socket.write(Buffer.concat([length, query]))
    })
  } finally {
    cancel()
    socket.destroy()
  }
}

function settle(
  parse: () => DnsMessage | undefined,
  { resolve, reject }: { resolve: (reply: DnsMessage) => void; reject: (error: Error) => void },
) {
  try {
    const reply = parse()
    if (reply !== undefined) resolve(reply)
  } catch (error) {
    reject(new Error('the reply is malformed', { cause: error }))
  }
}

/** Undefined for what does not belong to the query: a late reply to another one, or somebody's guess. */
function replyTo(query: Buffer, { name, type }: Question, bytes: Buffer): DnsMessage | undefined {
  if (bytes.length < 12 || bytes.readUInt16BE(0) !== query.readUInt16BE(0)) return undefined
  const reply = parseMessage(bytes)
  const isOurs = reply.question === undefined ? reply.code !== 0 : reply.question.name === name && reply.question.type === type
  return reply.isReply && isOurs ? reply : undefined
}
