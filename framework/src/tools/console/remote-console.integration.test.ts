import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { request } from 'node:http'
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
    const rebound = await new Promise((resolve) =>
      request({ host: '127.0.0.1', port, path: '/console/api/overview', headers: { host: 'evil.example' } }, (response) => {
        response.resume()
        resolve(response.statusCode)
      }).end(),
    )
    assert.equal(rebound, 403)
    assert.equal((await fetch(`${url}/api/overview`, { headers: { 'sec-fetch-site': 'cross-site' } })).status, 403)
    assert.equal((await fetch(`${origin}/hi`)).status, 404)
    assert.equal((await fetch(`${origin}/consoles`)).status, 404)
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
