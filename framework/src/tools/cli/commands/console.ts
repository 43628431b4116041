import { BootError } from '../../../std/errors.ts'
import { openRemoteConsole } from '../../console/remote-console.ts'
import { parseTarget, readAuthorities } from '../../trace/options.ts'
import { tokenFor } from '../../trace/token.ts'
import type { Command } from '../command.ts'

/** `throughline console URL` */
export const consoleCommand: Command = {
  usage: 'console URL',
  summary: 'Open the console of an application that runs elsewhere, on a port of this machine',
  flags: { token: 'TOKEN', port: 'PORT', ca: 'FILE' },
  async run({ words: [url, ...others], flags, sources }) {
    if (url === undefined || others.length > 0)
      throw new BootError('usage-wrong', url === undefined ? 'Whose console?' : 'One application at a time.', {
        fix: 'Give its URL, for example https://orders.example.com, and its CONSOLE_TOKEN in THROUGHLINE_CONSOLE_TOKEN.',
      })
    const text = (name: string) => {
      const value = flags.get(name)
      return typeof value === 'string' ? value : undefined
    }
    const remote = parseTarget(url)
    // Named here by hand: what the environment has is meant for the one that is being named.
    const token = text('token') ?? sources.env['THROUGHLINE_CONSOLE_TOKEN']
    const opened = await openRemoteConsole({
      remote,
      token: tokenFor(remote, { flag: token, env: sources.env }),
      port: parsePort(text('port')),
      ca: readAuthorities(text('ca')),
    })
    return {
      json: { url: opened.url, remote: remote.origin },
      text: (paint) => `The console of ${remote.origin} is on ${paint('bold', opened.url)} until Ctrl-C.`,
    }
  },
}

function parsePort(given: string | undefined): number {
  if (given === undefined) return 0
  const port = Number(given)
  if (/^\d+$/.test(given) && port <= 65_535) return port
  throw new BootError('usage-wrong', `${given} is not a port.`, { fix: 'Give a number from 0 to 65535; 0 takes any free port.' })
}
