import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { application, type Running } from '../../app.ts'
import { serverSettings, settings } from '../../system/config/index.ts'
import { bootTest } from '../testing/boot-test.ts'

const app = application({ name: 'pages', version: '1.0.0', settings: settings(serverSettings), wire: () => ({ routes: [] }) })
const token = 'g7Kx2mQ9vR4tZ8wL1nB6yD3sF5hJ0pCa'
const production = { sources: { mode: 'production' } } as const

describe('the pages of the console', () => {
  let running: Running
  before(async () => void (running = await bootTest(app)))
  after(() => running.close())
  const get = (path: string, headers: Record<string, string> = {}) => fetch(running.url + path, { headers })

  it('are one page under every address, so that a reload finds it again', async () => {
    const first = await get('/console')
    const html = await first.text()
    assert.match(html, /<script type="module" src="\/console\/assets\/main-\w+\.js">/)
    for (const path of ['/console/requests/0af7651916cd43dd8448eb211c80319c', '/console/learn/02-http'])
      assert.equal(await (await get(path)).text(), html)
    assert.equal(first.headers.get('cache-control'), 'public, no-cache')
    assert.equal((await get('/console', { 'if-none-match': first.headers.get('etag')! })).status, 304)
  })

  it('run nothing but their own files', async () => {
    const response = await get('/console')
    const policy = response.headers.get('content-security-policy')!
    assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self'/)
    assert.match(policy, /frame-ancestors 'none'/)
    assert.doesNotMatch(policy, /unsafe|nonce|https?:/)
    assert.doesNotMatch(await response.text(), /<script(?! type="module" src=| src=)|<style|\son\w+=|https?:\/\//)
  })

  it('have files whose names change with their content, and which are kept for a year', async () => {
    const html = await (await get('/console')).text()
    const files = [...html.matchAll(/"(\/console\/assets\/[^"]+)"/g)].map(([, path]) => path!)
    assert.equal(files.length, 4)
    for (const path of files) {
      const response = await get(path)
      assert.equal(response.headers.get('cache-control'), 'public, max-age=31536000, immutable', path)
      assert.match(path, /-[0-9A-Za-z]{8}\.\w+$/)
    }
  })

  it('answer 404 for files that are not there, which nobody keeps, and for views that are not', async () => {
    for (const path of ['/console/assets/main.js', '/console/assets/..%2f..%2fpackage.json', '/console/api/nothing']) {
      const response = await get(path)
      assert.equal(response.status, 404, path)
      assert.doesNotMatch(response.headers.get('cache-control') ?? '', /immutable/, path)
    }
  })
})

describe('the pages of the console in production', () => {
  it('are not there without a token', async (t) => {
    const running = await bootTest(app, {}, production)
    t.after(() => running.close())
    for (const path of ['/console', '/console/requests', '/console/assets/main.js'])
      assert.equal((await fetch(running.url + path)).status, 404, path)
  })

  it('are served to everybody with one, and hold nothing of the application', async (t) => {
    const running = await bootTest(app, { consoleToken: token }, production)
    t.after(() => running.close())
    const response = await fetch(`${running.url}/console`)
    assert.equal(response.status, 200)
    assert.doesNotMatch(await response.text(), /pages|1\.0\.0/)
    assert.equal((await fetch(`${running.url}/console/api/overview`)).status, 401)
  })
})
