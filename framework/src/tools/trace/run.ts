import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { waterfall, type Waterfall } from '../../contract/trace/waterfall.ts'
import { systemClock, type Clock } from '../../std/clock.ts'
import { newTrace, parseTraceContext, toTraceparent, type TraceContext } from '../../std/trace-context.ts'
import type { Outgoing } from './connection.ts'
import { Resolver } from './dns/resolver.ts'
import { readSystemDns } from './dns/system.ts'
import type { TraceOptions } from './options.ts'
import { askConsole, type ServerHalf } from './server-half.ts'
import { tellConsole } from './tell-console.ts'
import { Tracer, type Attempt } from './tracer.ts'

export interface Traced {
  readonly traceId: string
  readonly attempt: Attempt
  readonly server: ServerHalf
  readonly picture: Waterfall
  /** The page of the console that shows the same. */
  readonly page: string | undefined
}

/** Sends the request as often as wanted, then asks the server what it recorded of each, and tells it what was measured here. */
export async function runTrace(options: TraceOptions, clock: Clock = systemClock): Promise<Traced[]> {
  const { addresses, dnsServer, dnsChain, timeout, insecure, ca, reconnect, outgoing, times, token } = options
  const resolver = new Resolver({
    clock,
    system: readSystemDns(),
    chain: dnsChain,
    ...(dnsServer !== undefined && { server: dnsServer }),
    ...(addresses !== undefined && { addresses }),
  })
  const tracer = new Tracer({ clock, resolver, timeout, insecure, ca, reconnect })
  await warmUp(clock)
  try {
    const sent: { traceId: string; attempt: Attempt }[] = []
    for (let index = 0; index < times; index++) {
      const trace = traceFor(outgoing)
      sent.push({ traceId: trace.traceId, attempt: await tracer.attempt(withTrace(outgoing, trace, token), trace.parentId) })
    }
    const traced: Traced[] = []
    let hopeless: string | undefined
    for (const { traceId, attempt } of sent) {
      const server: ServerHalf =
        attempt.failure !== undefined
          ? { absent: 'the request did not get an answer.' }
          : hopeless !== undefined
            ? { absent: hopeless }
            : await askConsole(tracer, { origin: outgoing.url.origin, id: traceId, token, clock, isPatient: true })
      // What one question could not get, a hundred will not.
      if ('absent' in server && attempt.failure === undefined) hopeless = server.absent
      const operations = 'operations' in server ? server.operations : []
      const { timings } = attempt
      const page = operations.length === 0 ? undefined : await tellConsole(tracer, { origin: outgoing.url, token, timings, operations })
      traced.push({ traceId, attempt, server, picture: waterfall({ client: timings, operations }), page })
    }
    return traced
  } finally {
    tracer.close()
  }
}

/**
 * Sends one request to a server of its own on this machine, and forgets it. What code costs when it runs for the first time would
 * otherwise be shown as time of the network: tens of milliseconds, on the row of whatever comes first.
 */
async function warmUp(clock: Clock): Promise<void> {
  const server = createServer((_, response) => response.end()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const nobody = { servers: [], search: [], dots: 1, hosts: new Map<string, string[]>() }
  const resolver = new Resolver({ clock, system: nobody, chain: false })
  const tracer = new Tracer({ clock, resolver, timeout: 1_000, insecure: false, ca: [], reconnect: false })
  await tracer.attempt({ url: new URL(`http://127.0.0.1:${port}/`), method: 'GET', headers: [], body: undefined }, '')
  tracer.close()
  server.closeAllConnections()
  server.close()
}

/** A trace of its own for every request, recorded; or the one that the user is in already. */
function traceFor({ headers }: Outgoing): TraceContext {
  const given = headers.find(([name]) => name.toLowerCase() === 'traceparent')?.[1]
  const trace = parseTraceContext(given, undefined) ?? newTrace()
  return { ...trace, flags: trace.flags | 1 }
}

function withTrace(outgoing: Outgoing, trace: TraceContext, token: string | undefined): Outgoing {
  const others = outgoing.headers.filter(([name]) => name.toLowerCase() !== 'traceparent')
  // In production the sampled flag of a stranger is not obeyed; whoever holds the console's token is none.
  const grant = token === undefined ? [] : [['X-Debug-Grant', token] as const]
  return { ...outgoing, headers: [...others, ['Traceparent', toTraceparent(trace)], ...grant] }
}
