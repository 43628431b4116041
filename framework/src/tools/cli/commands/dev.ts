import { join, resolve } from 'node:path'
import { BootError } from '../../../std/errors.ts'
import { systemClock } from '../../../std/clock.ts'
import { writeDevTls } from '../../dev-tls/dev-tls.ts'
import type { Command } from '../command.ts'

/** `throughline dev tls` */
export const dev: Command = {
  usage: 'dev tls [HOST…]',
  summary: 'Makes a local authority and a certificate for this machine, and says how to use and trust them',
  flags: { folder: 'FOLDER' },
  async run({ words, flags, sources }) {
    const [what, ...hosts] = words
    if (what !== 'tls')
      throw new BootError('usage-wrong', `There is no \`throughline dev ${what ?? ''}\`; there is \`throughline dev tls\`.`)
    const given = flags.get('folder')
    const folder = resolve(sources.cwd, typeof given === 'string' ? given : join('.data', 'tls'))
    const made = writeDevTls(folder, hosts, systemClock.now())
    return {
      json: made,
      text: (paint) =>
        [
          `Serve it:  ${paint('bold', `TLS_CERT=${made.certificate} TLS_KEY=${made.key}`)}`,
          '',
          'Nothing trusts it yet. Whoever has the authority’s key can pretend to be any site to what does: trust it only where you develop.',
          `  Node.js  NODE_EXTRA_CA_CERTS=${made.ca}`,
          `  curl     curl --cacert ${made.ca} https://localhost:3000/`,
          `  Debian   sudo cp ${made.ca} /usr/local/share/ca-certificates/throughline.crt && sudo update-ca-certificates`,
          `  macOS    security add-trusted-cert -r trustRoot -k ~/Library/Keychains/login.keychain-db ${made.ca}`,
          `  Windows  certutil -user -addstore Root ${made.ca}`,
        ].join('\n'),
    }
  },
}
