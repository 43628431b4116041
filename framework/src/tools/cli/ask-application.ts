import { inspect } from '../../app.ts'
import { systemClock } from '../../std/clock.ts'
import { BootError } from '../../std/errors.ts'
import { Resolver } from '../trace/dns/resolver.ts'
import { readSystemDns } from '../trace/dns/system.ts'
import { parseTarget, readAuthorities } from '../trace/options.ts'
import { reasonFor } from '../trace/server-half.ts'
import { tokenFor } from '../trace/token.ts'
import { Tracer } from '../trace/tracer.ts'
import type { Command, Invocation } from './command.ts'

/** What every command takes that asks a running application. */
export const consoleFlags = { url: 'URL', token: 'TOKEN', ca: 'FILE' } as const satisfies Command['flags']

export interface Asking {
  readonly url: URL
  readonly token: string | undefined
  readonly tracer: Tracer
}

/** Does `work` with the console of the application of this folder, or of the one that `--url` names. `timeout`: in milliseconds. */
export async function withConsole<Result>(
  invocation: Invocation,
  work: (asking: Asking) => Promise<Result>,
  timeout = 5_000,
): Promise<Result> {
  const url = await consoleUrl(invocation)
  const text = (name: keyof typeof consoleFlags) => {
    const value = invocation.flags.get(name)
    return typeof value === 'string' ? value : undefined
  }
  const token = tokenFor(url, { flag: text('token'), env: invocation.sources.env })
  const clock = systemClock
  const resolver = new Resolver({ clock, system: readSystemDns(), chain: false })
  const tracer = new Tracer({ clock, resolver, timeout, insecure: false, ca: readAuthorities(text('ca')), reconnect: false })
  try {
    return await work({ url, token, tracer })
  } finally {
    tracer.close()
  }
}

/** Asks a route of the console. `body` makes it a POST. Resolves to a problem's status as well, as long as a console gave it. */
export async function askConsoleApi(
  { url: { origin }, token, tracer }: Asking,
  path: string,
  body?: object,
): Promise<{ status: number; view: Readonly<Record<string, unknown>> }> {
  const headers = [['Accept', 'application/json'], ...(token === undefined ? [] : [['Authorization', `Bearer ${token}`] as const])] as const
  const sent = body === undefined ? undefined : Buffer.from(JSON.stringify(body))
  const type =
    sent === undefined
      ? []
      : ([
          ['Content-Type', 'application/json'],
          ['Content-Length', String(sent.length)],
        ] as const)
  const { answer, failure } = await tracer.attempt(
    {
      url: new URL(`/console/api${path}`, origin),
      method: sent === undefined ? 'GET' : 'POST',
      headers: [...headers, ...type],
      body: sent,
    },
    '',
  )
  if (answer === undefined) throw failure ?? new BootError('server-unreachable', `${origin} did not answer.`)
  if (answer.bytes > answer.body.length)
    throw new BootError('answer-broken', `${origin} answered with ${answer.bytes} bytes, which is too much.`)
  const view = parse(answer.body)
  // A console answers with JSON, and with codes of its own; what stands at this address may be anything.
  if (view === undefined || (answer.status >= 400 && typeof view['code'] !== 'string') || [401, 403].includes(answer.status))
    throw new BootError('record-missing', sentence(reasonFor(answer.status, { isMissing: false, token, origin })))
  return { status: answer.status, view }
}

function parse(body: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'))
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** Where the application of this folder would listen, unless another place is named. */
async function consoleUrl({ flags, sources, application }: Invocation): Promise<URL> {
  const named = flags.get('url')
  if (typeof named === 'string') return parseTarget(named)
  const own = sources.env['THROUGHLINE_CONSOLE_URL'] ?? ''
  if (own !== '') return parseTarget(own)
  const { settings } = inspect(await application(), { sources })
  const host = settings.host === '0.0.0.0' || settings.host === '::' ? 'localhost' : settings.host
  const scheme = settings.tlsCert.length > 0 ? 'https' : 'http'
  return parseTarget(`${scheme}://${host.includes(':') ? `[${host}]` : host}:${settings.port}`)
}
