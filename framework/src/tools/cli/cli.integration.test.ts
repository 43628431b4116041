import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { errorTable } from '../../std/error-table.ts'

const workspace = fileURLToPath(new URL('../../../../', import.meta.url))
const bin = fileURLToPath(new URL('../../../bin/throughline.mjs', import.meta.url))

interface Outcome {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

let folder: string
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-'))
})
after(() => rmSync(folder, { recursive: true }))

interface Surroundings {
  cwd?: string
  env?: Record<string, string>
}

/** The real command in a process of its own; the application is the workspace's, on a data folder that is not there yet. */
async function throughline(words: string, { cwd = workspace, env = {} }: Surroundings = {}): Promise<Outcome> {
  const child = spawn(process.execPath, [bin, ...words.split(' ').filter(Boolean)], {
    cwd,
    env: { PATH: process.env['PATH'], DATA_DIR: join(folder, 'none'), PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const texts = Promise.all(
    [child.stdout, child.stderr].map((stream) =>
      stream
        .setEncoding('utf8')
        .toArray()
        .then((parts) => parts.join('')),
    ),
  )
  const [code] = (await once(child, 'close')) as [number | null]
  const [out = '', err = ''] = await texts
  return { code, out, err }
}

function project(name: string, files: Record<string, string>): string {
  const root = join(folder, name)
  mkdirSync(root, { recursive: true })
  for (const [file, content] of Object.entries(files)) writeFileSync(join(root, file), content)
  return root
}

describe('throughline', () => {
  it('says what it can, and what was probably meant', async () => {
    const [help, ofOne, none, wrong] = await Promise.all(['--help', 'migrate --help', '', 'rotues'].map((words) => throughline(words)))
    assert.equal(help!.code, 0)
    for (const command of ['routes', 'pipeline ROUTE', 'openapi', 'migrate', 'config', 'doctor'])
      assert.match(help!.out, new RegExp(command))
    assert.match(ofOne!.out, /^throughline migrate \[status\|up\|dry-run\]/)
    assert.equal(none!.out, help!.out)
    assert.deepEqual([wrong!.code, wrong!.out], [64, ''])
    assert.match(wrong!.err, /There is no command rotues\. Did you mean routes\?/)
  })

  it('ends with 70 and the stack for a bug, and with the code of its kind for what was expected · M15.18', async () => {
    const manifest = '{"type":"module","throughline":"./app.ts"}'
    const made = (thrown: string) =>
      `import { AppError } from ${JSON.stringify(import.meta.resolve('../../std/errors.ts'))}
       const settings = { get all() { throw ${thrown} } }
       export const app = { kind: 'application', name: 'x', version: '1', settings }`
    const bug = project('bug', { 'package.json': manifest, 'app.ts': made(`new TypeError('no way: postgres://me:canary@db/x')`) })
    const busy = project('busy', {
      'package.json': manifest,
      'app.ts': made(
        `new AppError({ code: 'pool-exhausted', status: 503, title: 'Service Unavailable', detail: 'Every connection is in use.' })`,
      ),
    })
    const [broken, away] = await Promise.all([throughline('routes', { cwd: bug }), throughline('routes --json', { cwd: busy })])
    assert.deepEqual([broken!.code, broken!.out, away!.code, away!.out], [70, '', 69, ''])
    assert.match(broken!.err, /^TypeError: no way: postgres:\/\/\*\*\*@db\/x\n {4}at .*app\.ts/)
    assert.deepEqual(JSON.parse(away!.err), {
      error: { code: 'pool-exhausted', message: 'Every connection is in use.', fix: errorTable['pool-exhausted'].fix },
    })
  })

  it("lists the events that the log may tell, the application's before those of the framework · M17.2", async () => {
    const [people, programs, nothing] = await Promise.all(
      ['events order', 'events --json', 'events nosuchword'].map((words) => throughline(words)),
    )
    assert.match(people!.out, /^order placed {2}info\n {2}A customer has ordered/)
    const listed = JSON.parse(programs!.out) as { event: string; levels: string[]; of: string }[]
    assert.deepEqual([listed[0]!.of, listed.find(({ event }) => event === 'uncaught exception')?.levels], ['application', ['fatal']])
    assert.equal(nothing!.code, 1)
  })

  it('lists the routes that the document lists, for people and for programs', async () => {
    const [people, programs, document] = await Promise.all(['routes', 'routes --json', 'openapi'].map((words) => throughline(words)))
    const routes = JSON.parse(programs!.out) as {
      method: string
      path: string
      name: string
      auth: string
      params: object
      source: string
    }[]
    const paths = (JSON.parse(document!.out) as { paths: Record<string, object> }).paths
    const operations = Object.values(paths).flatMap((item) => Object.values(item) as { operationId: string }[])
    assert.deepEqual(routes.map(({ name }) => name).toSorted(), operations.map(({ operationId }) => operationId).toSorted())
    const read = routes.find(({ name }) => name === 'readOrder')!
    assert.deepEqual([read.method, read.path, read.auth, read.params], ['GET', '/api/v1/orders/{orderId}', 'user', { orderId: 'uuid' }])
    assert.match(read.source, /^orders\/src\/api\/orders\.ts:\d+$/)
    assert.match(people!.out, /^METHOD {2,}PATH {2,}AUTH {2,}NAME/)
    assert.ok(!people!.out.includes('\u001b'), 'colours in a pipe')
  })

  it('prints the document as YAML', async () => {
    assert.match((await throughline('openapi --yaml')).out, /^openapi: "?3\.1/)
  })

  it('prints alerting rules for Prometheus, as YAML or JSON · M15.24', async () => {
    const [people, programs] = await Promise.all(['alerts', 'alerts --json'].map((words) => throughline(words)))
    assert.match(people!.out, /^groups:\n/)
    assert.match(people!.out, /alert: DeadManSwitch/)
    const { groups } = JSON.parse(programs!.out) as { groups: { name: string; rules: { labels: { owner?: string } }[] }[] }
    assert.ok(groups.some(({ name }) => name.endsWith(' saturation')))
    assert.ok(groups.flatMap(({ rules }) => rules).every(({ labels }) => labels.owner !== undefined))
  })

  it('compares a saved document with the application, and fails when somebody breaks · M04.30', async () => {
    const document = JSON.parse((await throughline('openapi')).out) as {
      paths: Record<string, Record<string, { parameters: object[] }>>
      components: { schemas: Record<string, { properties: Record<string, object> }> }
    }
    document.paths['/api/v1/gone'] = { get: { parameters: [] } }
    document.components.schemas['Order']!.properties['colour'] = { type: 'string' }
    const cwd = project('diff', { 'changed.json': JSON.stringify(document), 'broken.json': '{' })
    const changed = join(cwd, 'changed.json')
    const [broken, same, harmless, wrong, none] = await Promise.all([
      throughline(`contract diff ${changed}`),
      throughline(`contract diff ${changed} ${changed}`),
      throughline(`contract diff ${changed} ${changed} --json`),
      throughline(`contract diff ${join(cwd, 'broken.json')}`),
      throughline('contract diff'),
    ])
    assert.equal(broken!.code, 1)
    assert.match(broken!.out, /^breaks writers {2}GET \/api\/v1\/gone {2}is gone$/m)
    assert.match(broken!.out, /^breaks readers {2}GET \/api\/v1\/orders\/\{orderId\} answer 200 \/colour {2}is gone$/m)
    assert.match(broken!.out, /^1 break writers, \d+ break readers, 0 are compatible$/m)
    assert.deepEqual([same!.code, same!.out], [0, 'Nothing changed.\n'])
    assert.deepEqual(JSON.parse(harmless!.out), { verdict: 'same', breaksWriters: 0, breaksReaders: 0, changes: [] })
    assert.deepEqual([wrong!.code, none!.code], [64, 64])
    assert.match(wrong!.err, /broken\.json is not JSON/)
  })

  it('prints what signals do, and how long which step of a stop may take · M18.1 M18.6', async () => {
    const [people, programs, wrong] = await Promise.all(
      ['shutdown explain', 'shutdown --json -- --drain-delay 5s --shutdown-grace 30s --request-grace 20s', 'shutdown now'].map((words) =>
        throughline(words),
      ),
    )
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGKILL']) assert.match(people!.out, new RegExp(`^${signal} {2,}\\S`, 'm'))
    assert.match(people!.out, /Gone after 21 s at the latest/)
    const { steps, longest } = JSON.parse(programs!.out) as {
      steps: { step: string; resources: string[]; most: string }[]
      longest: number
    }
    assert.deepEqual(
      steps.map(({ step }) => step),
      ['drain', 'delay', 'requests', 'jobs', 'flush', 'close', 'exit'],
    )
    const of = (step: string) => steps.find((one) => one.step === step)!
    assert.deepEqual(of('requests').resources.slice(0, 2), ['http', 'background'])
    assert.ok(of('close').resources.includes('db'))
    assert.deepEqual([of('delay').most, of('requests').most, longest], ['5 s', '20 s of the grace', 36_000])
    assert.deepEqual([wrong!.code, wrong!.err.includes('It can: explain.')], [64, true])
  })

  it('explains which route takes a request, and the chain that it runs · M01.16', async () => {
    const ask = (words: string) => throughline(`routes --explain ${words}`)
    const [json, text, head, none, method, wrong] = await Promise.all([
      ask('GET /api/v1/orders/42 --json'),
      ask('GET /api/v1/orders/42?full=1'),
      ask('HEAD /api/v1/orders/42 --json'),
      ask('GET /api/v1/nothing'),
      ask('DELETE /api/v1/products'),
      ask('orders'),
    ])
    const { route, name, params, chain } = JSON.parse(json.out) as {
      route: string
      name: string
      params: object
      chain: { when: string; stage: string }[]
    }
    assert.deepEqual([route, name, params], ['GET /api/v1/orders/{orderId}', 'readOrder', { orderId: '42' }])
    const stages = (when: string) => chain.filter((link) => link.when === when).map(({ stage }) => stage)
    assert.deepEqual([...new Set(chain.map(({ when }) => when))], ['in', 'out', 'end'])
    const order = ['authenticate', 'validate', 'handle']
    assert.deepEqual(
      stages('in').filter((stage) => order.includes(stage)),
      order,
    )
    assert.equal(stages('in').at(-1), 'handle')
    // What wraps first unwraps last.
    assert.ok(stages('out').indexOf('cache-control') < stages('out').indexOf('security-headers'))
    assert.ok(stages('end').indexOf('measure') < stages('end').indexOf('access-log'))
    assert.match(
      text.out,
      /^GET \/api\/v1\/orders\/42 {2}finds GET .*readOrder.*\nwith orderId = 42\n\nOn the way in\n +1 [^]*On the way out[^]*When the last byte/,
    )
    assert.equal((JSON.parse(head.out) as { route: string }).route, route)
    assert.deepEqual([none.code, none.out], [1, '404  No route takes /api/v1/nothing.\n'])
    assert.match(method.out, /^405 {2}\/api\/v1\/products takes .*, and not DELETE/)
    assert.deepEqual([method.code, wrong.code], [1, 64])
    assert.match(wrong.err, /"orders" is no request\.\nWrite a method and a path/)
  })

  it('shows what an endpoint runs, in order', async () => {
    const [byName, byPath, wrong] = await Promise.all(
      ['pipeline placeOrder --json', 'pipeline /api/v1/orders', 'pipeline placeOder'].map((words) => throughline(words)),
    )
    const [route] = JSON.parse(byName!.out) as [{ route: string; steps: { stage: string }[] }]
    const stages = route.steps.map(({ stage }) => stage)
    assert.equal(route.route, 'POST /api/v1/orders')
    const order = ['authenticate', 'body', 'validate', 'handle']
    assert.deepEqual(
      stages.filter((stage) => order.includes(stage)),
      order,
    )
    assert.match(byPath!.out, /GET \/api\/v1\/orders.*listOrders[^]*POST \/api\/v1\/orders.*placeOrder/)
    assert.equal(wrong!.code, 64)
    assert.match(wrong!.err, /Did you mean placeOrder\?/)
  })

  it('plans, applies and lists migrations, beside a running application too · M10.26', async () => {
    const env = { DATA_DIR: join(folder, 'data'), DATABASE_URL: `pglite:${join(folder, 'data/db')}` }
    assert.match((await throughline('migrate dry-run', { env })).out, /^-- auth\/0001[^]*create table orders/)
    assert.match((await throughline('migrate up', { env })).out, /applied {2}orders\/0001/)

    const app = spawn(process.execPath, ['-C', '@throughline/source', 'orders/src/main.ts'], {
      cwd: workspace,
      env: { PATH: process.env['PATH'], PORT: '0', LOG_LEVEL: 'warn', ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    try {
      await once(app.stdout, 'data')
      const [status, again] = await Promise.all(['migrate status --json', 'migrate up'].map((words) => throughline(words, { env })))
      const all = JSON.parse(status!.out) as { state: string }[]
      assert.equal(status!.code, 0)
      assert.ok(all.length > 2 && all.every(({ state }) => state === 'applied'), status!.out)
      assert.equal(again!.out, 'Nothing was pending.\n')
    } finally {
      app.kill('SIGTERM')
      await once(app, 'close')
    }
  })

  it('explains where a setting comes from, weakest first, and shows no secret · M16.5', async () => {
    const env = { PORT: '8080', DATABASE_URL: 'postgres://shop:hunter2@db/shop', AUTH_SIGNING_KEY: 'do-not-show-this-anywhere-please' }
    const [port, url, key, unknown] = await Promise.all([
      throughline('config explain port --json -- --port 9090', { env }),
      throughline('config explain databaseUrl', { env }),
      throughline('config explain authSigningKey', { env }),
      throughline('config explain prot', { env }),
    ])
    const { candidates } = JSON.parse(port.out) as { candidates: { name: string; text: string; wins: boolean }[] }
    assert.deepEqual(
      candidates.map(({ text, wins }) => [text, wins]),
      [
        ['3000', false],
        ['8080', false],
        ['9090', true],
      ],
    )
    for (const { out, err } of [url, key]) assert.doesNotMatch(out + err, /hunter2|do-not-show/)
    assert.equal(unknown.code, 78)
    assert.match(unknown.err, /Did you mean port\?/)
  })

  it('checks all settings at once, and those of production without its secrets · M16.8', async () => {
    const [wrong, production, mode] = await Promise.all([
      throughline('config check', { env: { PORT: 'high', LOG_LEVEL: 'loud' } }),
      throughline('config check --env production'),
      throughline('config check --env prod'),
    ])
    assert.equal(wrong.code, 78)
    assert.match(wrong.err, /2 settings are wrong:[^]*PORT[^]*LOG_LEVEL/)
    assert.equal(production.code, 0)
    assert.equal(mode.code, 64)
  })

  it('finds what would keep the application from starting', async () => {
    const [well, broken, dead] = await Promise.all([
      throughline('doctor --json'),
      throughline('doctor', { env: { PORT: 'high' } }),
      throughline('doctor --json', { env: { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' } }),
    ])
    const statuses = (JSON.parse(well.out) as { name: string; status: string }[]).map(({ name, status }) => [name, status])
    assert.equal(well.code, 0)
    for (const name of ['node', 'application', 'data folder', 'disk', 'port', 'database'])
      assert.ok(
        statuses.some(([one, status]) => one === name && status !== 'fail'),
        name,
      )
    assert.equal(broken.code, 1)
    assert.match(broken.out, /^fail {2}application +1 setting is wrong:\n +PORT/m)
    assert.equal(dead.code, 1)
    const database = (JSON.parse(dead.out) as { name: string; status: string; fix: string }[]).find(({ name }) => name === 'database')!
    assert.equal(database.status, 'fail')
    assert.match(database.fix, /DATABASE_URL/)
  })

  it('says how to name an application where it finds none, two, or not one', async () => {
    const nowhere = project('nowhere', { 'package.json': '{}' })
    const two = project('two', { 'package.json': '{"workspaces":["a","b"]}' })
    for (const one of ['a', 'b']) project(`two/${one}`, { 'package.json': '{"throughline":"./app.ts"}' })
    const empty = project('empty', { 'package.json': '{"throughline":"./app.ts"}', 'app.ts': 'export const application = 1' })
    const [none, several, wrong, missing] = await Promise.all([
      throughline('routes --json', { cwd: nowhere }),
      throughline('routes', { cwd: two }),
      throughline('routes', { cwd: empty }),
      throughline('routes --app gone.ts', { cwd: empty }),
    ])
    assert.equal(none.code, 66)
    assert.equal((JSON.parse(none.err) as { error: { code: string } }).error.code, 'application-missing')
    assert.equal(several.code, 64)
    assert.match(several.err, /--app a\/app\.ts or --app b\/app\.ts/)
    assert.match(wrong.err, /exports no application/)
    assert.match(missing.err, /There is no file .*gone\.ts/)
  })

  it('says whether a page of another origin may call, and by which rule · M02.25', async () => {
    const env = { CORS_ORIGINS: 'https://shop.example' }
    const ask = (words: string) => throughline(`cors explain ${words}`, { env })
    const [allowed, origin, header, open] = await Promise.all([
      ask('placeOrder --origin https://shop.example --header content-type'),
      ask('placeOrder --origin https://evil-shop.example'),
      ask('placeOrder --origin https://shop.example --method PUT --header x-foo'),
      ask('readOpenApiJson --origin https://anybody.example'),
    ])
    assert.deepEqual([allowed!.code, origin!.code, header!.code, open!.code], [0, 1, 1, 0])
    assert.match(allowed!.out, /allow {2}\/api\/v1\/orders {2}the policy of the application, which admits https:\/\/shop\.example/)
    assert.match(origin!.out, /deny .*\n {2}add "https:\/\/evil-shop\.example" to cors\.origins/)
    assert.match(header!.out, /PUT is not routed here: .*\n {2}add "x-foo" to cors\.headers/)
    assert.match(open!.out, /the policy of readOpenApiJson, which admits everybody/)
  })
})
