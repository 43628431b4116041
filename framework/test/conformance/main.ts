import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { start } from 'throughline'
import { writeDevTls } from '../../src/tools/dev-tls/dev-tls.ts'
import { conformance } from './app.ts'

// HTTP/2 is spoken over TLS only: `--h2` asks for a certificate, too.
if (process.argv.includes('--h2')) {
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const { certificate, key } = writeDevTls(folder, [], new Date())
  Object.assign(process.env, { TLS_CERT: certificate, TLS_KEY: key })
}
await start(conformance)
