import { connect, type Socket } from 'node:net'
import type { Clock } from '../../std/clock.ts'
import { BootError } from '../../std/errors.ts'
import { abortable } from './abortable.ts'
import type { Address } from './dns/resolver.ts'

/** One address that was tried. Times in milliseconds from the start of the race. */
export interface Try extends Address {
  readonly start: number
  readonly ms: number
  /** `lost`: another one was faster. */
  readonly outcome: 'won' | 'lost' | 'refused'
  readonly reason?: string
}

export interface RaceOptions {
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Default: a TCP connection. Rejects when the address cannot be reached; `signal` says that somebody else won. */
  readonly dial?: (address: Address, signal: AbortSignal) => Promise<Socket>
}

/** How much later the next address is tried while the one before has not answered, in milliseconds (RFC 8305, section 5). */
const attemptDelay = 250

/** Connects to the first address that answers, families by turns. Throws `BootError('server-unreachable')` with what each one said. */
export async function race(
  addresses: readonly Address[],
  port: number,
  { clock, signal, dial = (address, cancelled) => dialTcp(address, port, cancelled) }: RaceOptions,
): Promise<{ socket: Socket; tries: Try[] }> {
  const started = clock.monotonic()
  const over = new AbortController()
  const tries: Try[] = []
  const running: Promise<Socket | undefined>[] = []
  const attempt = async (address: Address): Promise<Socket | undefined> => {
    const start = clock.monotonic() - started
    const note = (outcome: Try['outcome'], reason?: string) =>
      tries.push({ ...address, start, ms: clock.monotonic() - started - start, outcome, ...(reason !== undefined && { reason }) })
    try {
      const socket = await dial(address, AbortSignal.any([signal, over.signal]))
      // Two may arrive in one turn of the event loop: the second is too late.
      if (tries.some(({ outcome }) => outcome === 'won')) {
        socket.destroy()
        note('lost')
        return undefined
      }
      note('won')
      return socket
    } catch (error) {
      signal.throwIfAborted()
      if (over.signal.aborted) note('lost')
      else note('refused', (error as NodeJS.ErrnoException).code ?? (error as Error).message)
      return undefined
    }
  }
  try {
    for (const address of byTurns(addresses)) {
      const own = attempt(address)
      running.push(own)
      const socket = await firstOf(running, own, { clock, signal })
      if (socket !== undefined) return { socket, tries }
    }
    const socket = await lastOf(running)
    if (socket !== undefined) return { socket, tries }
  } finally {
    over.abort(new Error('Another address was faster.'))
    await Promise.allSettled(running)
  }
  const each = tries.map(({ address, reason }) => `${address} ${port}: ${reason}`).join('; ')
  throw new BootError('server-unreachable', `Nothing at ${each}.`)
}

/** IPv6, IPv4, IPv6, …: one family that leads nowhere costs one delay and not all of them. */
function byTurns(addresses: readonly Address[]): Address[] {
  const [first, second] = [6, 4].map((family) => addresses.filter((address) => address.family === family)) as [Address[], Address[]]
  return Array.from({ length: Math.max(first.length, second.length) }, (_, index) => [first[index], second[index]])
    .flat()
    .filter((address) => address !== undefined)
}

/** A socket as soon as there is one; undefined when the newest attempt failed, or has not answered within the delay. */
async function firstOf(
  running: readonly Promise<Socket | undefined>[],
  newest: Promise<Socket | undefined>,
  { clock, signal }: RaceOptions,
) {
  let cancel = () => {}
  try {
    return await abortable<Socket | undefined>(signal, (resolve, reject) => {
      cancel = clock.after(attemptDelay, () => resolve(undefined))
      for (const one of running) one.then((socket) => socket !== undefined && resolve(socket), reject)
      newest.then(resolve, reject)
    })
  } finally {
    cancel()
  }
}

async function lastOf(running: readonly Promise<Socket | undefined>[]): Promise<Socket | undefined> {
  const sockets = running.map(async (one) => {
    const socket = await one
    if (socket === undefined) throw new Error('not this one')
    return socket
  })
  return Promise.any(sockets).catch(() => undefined)
}

function dialTcp({ address }: Address, port: number, signal: AbortSignal): Promise<Socket> {
  const socket = connect({ host: address, port, noDelay: true })
  return abortable<Socket>(signal, (resolve, reject) => {
    socket.once('connect', () => resolve(socket))
    socket.once('error', reject)
  }).catch((error: unknown) => {
    socket.destroy()
    throw error
  })
}
