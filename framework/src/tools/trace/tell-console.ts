import { clientLimits, type ClientPart, type ClientTimings } from '../../contract/trace/client-timings.ts'
import type { Operation } from '../../std/operation.ts'
import type { Outgoing } from './connection.ts'
import { isLoopback } from './token.ts'
import type { Tracer } from './tracer.ts'

export interface TellOptions {
  readonly origin: URL
  readonly token: string | undefined
  readonly timings: ClientTimings
  /** What the console answered for the trace. */
  readonly operations: readonly Operation[]
}

/**
 * Hands the client's half to the console that has the server's. Resolves to the address of the page that shows both; to undefined where it was not
 * taken, which is no failure: an older console has no place for it, another process behind the same address does not know the request.
 */
export async function tellConsole(tracer: Tracer, { origin, token, timings, operations }: TellOptions): Promise<string | undefined> {
  // How this machine finds names, and which servers it asks, is for our own consoles: any server could pretend to have one.
  if (token === undefined && !isLoopback(origin.hostname)) return undefined
  const requests = operations.filter(({ kind }) => kind === 'request')
  const own = requests.find(({ parentId }) => parentId === timings.spanId) ?? requests.toSorted((a, b) => a.startedAt - b.startedAt)[0]
  if (own === undefined) return undefined
  const id = encodeURIComponent(own.id)
  const body = Buffer.from(JSON.stringify(within(timings)))
  const headers: Outgoing['headers'] = [
    ['Content-Type', 'application/json'],
    ['Content-Length', String(body.length)],
    ...(token === undefined ? [] : [['Authorization', `Bearer ${token}`] as const]),
  ]
  const url = new URL(`/console/api/operations/${id}/client`, origin)
  const { answer } = await tracer.attempt({ url, method: 'PUT', headers, body }, '')
  return answer?.status === 204 ? new URL(`/console/requests/${id}`, origin).href : undefined
}

/** What the console would refuse for its length is cut: the numbers matter more. */
function within({ phases, ...rest }: ClientTimings): ClientTimings {
  const cut = <Part extends ClientPart>(part: Part): Part => ({
    ...part,
    name: part.name.slice(0, clientLimits.name),
    note: part.note.length <= clientLimits.note ? part.note : `${part.note.slice(0, clientLimits.note - 1)}…`,
  })
  return {
    ...rest,
    phases: phases.map((phase) => ({
      ...cut(phase),
      ...(phase.parts !== undefined && { parts: phase.parts.slice(0, clientLimits.parts).map(cut) }),
    })),
  }
}
