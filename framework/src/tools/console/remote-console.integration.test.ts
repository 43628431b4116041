import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, request, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { after, before, describe, it } from 'node:test'
import { application, type Running } from '../../app.ts'
import { endpoint } from '../../contract/endpoint.ts'
import { implement } from '../../http/implement.ts'
import { serverSettings, settings } from '../../system/config/index.ts'
import { bootTest } from '../testing/boot-test.ts'
import { openRemoteConsole } from './remote-console.ts'
import type { OverviewView } from './views.ts'

const token = 'g7Kx2mQ9vR4tZ8wL1nB6yD3sF5hJ0pCa'
const notes = application({
  name: 'notes',
  version: '1.0.0',
  settings: settings(serverSettings),
  wire: () => ({
    routes: implement({ hi: endpoint('GET /hi', { summary: 'Hi', auth: 'none', status: 204 }) }, { hi: () => undefined }),
  }),
})

describe('the console of an application elsewhere', () => {
  let remote: Running
  before(async () => void (remote = await bootTest(notes, { consoleToken: token, traceShare: 1 }, { sources: { mode: 'production' } })))
  after(() => remote.close())

  it('is opened by one command, with the token from the environment', async (t) => {
    const bin = fileURLToPath(new URL('../../../bin/throughline.mjs', import.meta.url))
    const child = spawn(process.execPath, ['-C', '@throughline/source', bin, 'console', remote.url], {
      env: { ...process.env, THROUGHLINE_CONSOLE_TOKEN: token, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    t.after(async () => {
      child.kill()
      await once(child, 'exit')
    })
    const [line] = (await once(child.stdout, 'data')) as [Buffer]
    const url = /on (\S+) until/.exec(line.toString())?.[1]
    const overview = (await (await fetch(`${url}/api/overview`)).json()) as OverviewView
    assert.deepEqual([overview.name, overview.mode], ['notes', 'production'])
  })

  it('shows live what happens there, and gives the token to nobody here', async (t) => {
    const { url, server } = await openRemoteConsole({ remote: new URL(remote.url), token, port: 0, ca: [] })
    t.after(() => (server.closeAllConnections(), server.close()))
    const live = await fetch(`${url}/api/operations/live`)
    const reader = live.body!.pipeThrough(new TextDecoderStream()).getReader()
    await fetch(`${remote.url}/hi`)
    let text = ''
    while (!text.includes('event: rows')) text += (await reader.read()).value ?? ''
    assert.match(text, /GET \/hi/)
    await reader.cancel()
    assert.equal(live.headers.get('set-cookie'), null)
    assert.ok(!text.includes(token))
  })

  it('is closed to pages of another name or site, and leads nowhere but to the console', async (t) => {
    const { url, server } = await openRemoteConsole({ remote: new URL(remote.url), token, port: 0, ca: [] })
    t.after(() => server.close())
    const { port, origin } = new URL(url)
    assert.equal(await statusOf(Number(port), '/console/api/overview', 'evil.example'), 403)
    assert.equal(await statusOf(Number(port), '/docs', 'evil.example'), 403)
    assert.equal((await fetch(`${url}/api/overview`, { headers: { 'sec-fetch-site': 'cross-site' } })).status, 403)
    assert.equal((await fetch(`${origin}/hi`)).status, 404)
    assert.equal((await fetch(`${origin}/consoles`)).status, 404)
  })

  it('lets read what the console links to: the API reference, its files, and the contract', async (t) => {
    const { url, server } = await openRemoteConsole({ remote: new URL(remote.url), token, port: 0, ca: [] })
    t.after(() => (server.closeAllConnections(), server.close()))
    const { origin } = new URL(url)
    const document = await fetch(`${origin}/openapi.json`)
    assert.equal(((await document.json()) as { info: { title: string } }).info.title, 'notes')
    assert.match(await (await fetch(`${origin}/openapi.yaml`)).text(), /^openapi: /)
    // The pages are there once the console is built; whatever is answered, it is the application's own answer.
    for (const path of ['/docs', '/docs?theme=dark', '/docs/errors.json', '/docs/reference.js']) {
      const [through, straight] = [await fetch(origin + path), await fetch(remote.url + path)]
      const seen = [through, straight].map(({ status, headers }) => [status, headers.get('content-type')])
      assert.deepEqual(seen[0], seen[1], path)
      assert.doesNotMatch(await through.text(), /Only \/console/)
    }
    assert.equal((await fetch(`${origin}/openapi.json`, { method: 'POST' })).status, 404)
    assert.equal((await fetch(`${origin}/openapi.json`, { headers: { 'sec-fetch-site': 'cross-site' } })).status, 403)
  })

  it('goes by the path as it is sent, however that is written', async (t) => {
    const { url, server } = await openRemoteConsole({ remote: new URL(remote.url), token, port: 0, ca: [] })
    t.after(() => (server.closeAllConnections(), server.close()))
    const { origin } = new URL(url)
    const [elsewhere, port] = ['http://elsewhere.example', Number(new URL(url).port)]
    for (const path of [
      '/console/../hi',
      '/console/%2e%2e/hi',
      '/console\\..\\hi',
      '/docs/../hi',
      '/docs/..%2fhi',
      '/docs/a/b',
      '//hi',
      '/docsx',
    ])
      assert.equal(await statusOf(port, path), 404, path)
    assert.equal(await statusOf(port, `${elsewhere}/console`), 404)
    assert.equal(await statusOf(port, `${origin}/console`), 404)
    assert.equal(await statusOf(port, '//elsewhere.example/console'), 404)
  })

  it('sends the token with questions to the console only, and follows and passes on no way that leads elsewhere', async (t) => {
    const asked: [string | undefined, IncomingHttpHeaders['authorization']][] = []
    const strange = createServer((question, answer) => {
      asked.push([question.url, question.headers.authorization])
      const location = question.url === '/docs' ? 'https://elsewhere.example/docs?code=1' : `http://${question.headers.host}/console?page=2`
      answer.writeHead(302, { location }).end()
    }).listen(0, '127.0.0.1')
    await once(strange, 'listening')
    const origin = `http://127.0.0.1:${(strange.address() as AddressInfo).port}`
    const { url, server } = await openRemoteConsole({ remote: new URL(origin), token, port: 0, ca: [] })
    t.after(() => [server, strange].forEach((one) => (one.closeAllConnections(), one.close())))
    const away = await fetch(new URL('/docs', url), { redirect: 'manual' })
    assert.deepEqual([away.status, away.headers.get('location')], [502, null])
    assert.match(await away.text(), /sends elsewhere, to https:\/\/elsewhere\.example:/)
    const within = await fetch(url, { redirect: 'manual' })
    assert.deepEqual([within.status, within.headers.get('location')], [302, '/console?page=2'])
    assert.deepEqual(asked, [
      ['/docs', undefined],
      ['/console', `Bearer ${token}`],
    ])
  })

  it('says so when the application is away', async (t) => {
    const away = new URL(remote.url)
    away.port = '1'
    const { url, server } = await openRemoteConsole({ remote: away, token: undefined, port: 0, ca: [] })
    t.after(() => server.close())
    const response = await fetch(`${url}/api/overview`)
    assert.equal(response.status, 502)
    assert.match(await response.text(), /did not answer/)
  })
})

/** Of a path as it stands: `fetch` would tidy it up. */
function statusOf(port: number, path: string, host = `127.0.0.1:${port}`): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, headers: { host } }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    sent.once('error', reject)
    sent.end()
  })
}
