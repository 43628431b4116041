import { inspect } from '../../../app.ts'
import { explain as explainOperations, type Sentence } from '../../../contract/trace/explain.ts'
import { systemClock } from '../../../std/clock.ts'
import { BootError } from '../../../std/errors.ts'
import { Resolver } from '../../trace/dns/resolver.ts'
import { readSystemDns } from '../../trace/dns/system.ts'
import { parseTarget, readAuthorities } from '../../trace/options.ts'
import { askConsole } from '../../trace/server-half.ts'
import { tokenFor } from '../../trace/token.ts'
import { Tracer } from '../../trace/tracer.ts'
import type { Command, Invocation } from '../command.ts'
import { visible, type Paint } from '../terminal.ts'

export const explain: Command = {
  usage: 'explain ID',
  summary: 'Say why a request went as it did, by its id or that of its trace: status, cache, compression, where the time went',
  flags: { url: 'URL', token: 'TOKEN', ca: 'FILE' },
  async run(invocation) {
    const [id, ...others] = invocation.words
    if (id === undefined || others.length > 0)
      throw new BootError('usage-wrong', id === undefined ? 'Explain which request?' : 'One id at a time.', {
        fix: 'Give the X-Request-Id of an answer, or a trace id.',
      })
    const url = await consoleUrl(invocation)
    const text = (name: string) => {
      const value = invocation.flags.get(name)
      return typeof value === 'string' ? value : undefined
    }
    const token = tokenFor(url, { flag: text('token'), env: invocation.sources.env })
    const clock = systemClock
    const resolver = new Resolver({ clock, system: readSystemDns(), chain: false })
    const tracer = new Tracer({ clock, resolver, timeout: 5_000, insecure: false, ca: readAuthorities(text('ca')), reconnect: false })
    try {
      const found = await askConsole(tracer, { origin: url.origin, id, token, clock, isPatient: false })
      if ('absent' in found) throw new BootError('record-missing', `Nothing is known about ${id}: ${found.absent}`)
      const sentences = explainOperations(found.operations, id)
      return { json: { id, sentences, operations: found.operations }, text: (paint) => toText(sentences, paint) }
    } finally {
      tracer.close()
    }
  },
}

function toText(sentences: readonly Sentence[], paint: Paint): string {
  const width = Math.max(0, ...sentences.map(({ about }) => about.length))
  return sentences.map(({ about, text }) => `${paint('dim', about.padEnd(width))}  ${visible(text)}`).join('\n')
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
