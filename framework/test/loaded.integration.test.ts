import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { describe, it } from 'node:test'
import { none, root } from './source-tree.ts'

const lister = `
  import { registerHooks } from 'node:module'
  registerHooks({ load(url, context, next) { console.log(url.replace('file://' + process.cwd() + '/', '')); return next(url, context) } })`
const script = `
  import { inspect } from 'throughline'
  import { ordersApplication } from './orders/src/application.ts'
  inspect(ordersApplication, { sources: { env: JSON.parse(process.env.APPLICATION), argv: [] } })
  for (const name of process.moduleLoadList) console.log(name)`

/** Every module of a process that wires the Orders API and does nothing else: files from the root, `NativeModule http2`. */
function loadedWith(env: Record<string, string>): string[] {
  const preload = ['--import', `data:text/javascript,${encodeURIComponent(lister)}`]
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [...preload, '-C', '@throughline/source', '--input-type=module', '-e', script],
    { cwd: root, encoding: 'utf8', env: { PATH: process.env.PATH, APPLICATION: JSON.stringify(env) } },
  )
  assert.equal(status, 0, stderr)
  return stdout.trim().split('\n')
}

const key = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }) as string
const loaded = loadedWith({ NODE_ENV: 'production', AUTH_SIGNING_KEY: key })

describe('a process that only wires the Orders API', () => {
  it('loads the framework, and nothing twice as much as it should: at most 900 modules · M19.12f', () => {
    const files = loaded.filter((name) => /^(framework|orders|node_modules)\//.test(name))
    assert.ok(loaded.includes('framework/src/app.ts'))
    assert.ok(files.length > 500 && files.length <= 900, `${files.length} modules`)
  })

  const idle: [what: string, of: RegExp][] = [
    ['the views of a console that nobody asked', /^framework\/src\/(tools\/console\/(live|operations|\w+-view)|contract\/trace\/explain)/],
    ['the page of failures', /^framework\/src\/tools\/error-page\//],
    ['exporters without a collector', /^framework\/src\/services\/telemetry\//],
    ['the comparison of contracts', /^framework\/src\/contract\/diff\//],
    ['drivers of databases that are not open', /^(framework\/src\/services\/\w+\/drivers\/|node_modules\/(pg|@electric-sql)\/)/],
    ['what reads and writes MessagePack and tokens', /^node_modules\/(msgpackr|jose)/],
    ['what of Node.js only TLS and its own fetch need', /^NativeModule (http2|https|internal\/deps\/undici\/undici)$/],
  ]
  for (const [what, of] of idle) it(`does not load ${what} · M19.12f`, () => none(loaded.filter((name) => of.test(name))))
})
