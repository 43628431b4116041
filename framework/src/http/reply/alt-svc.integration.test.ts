import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as z from 'zod'
import { application, boot } from '../../app.ts'
import { endpoint } from '../../contract/endpoint.ts'
import { serverSettings, settings } from '../../system/config/index.ts'
import { bootTest } from '../../tools/testing/boot-test.ts'
import { implement } from '../implement.ts'

const ping = endpoint('GET /ping', { summary: 'Pings', auth: 'none', returns: z.object({ ok: z.boolean() }) })
const app = application({
  name: 'x',
  version: '1.0.0',
  settings: settings(serverSettings),
  wire: () => ({ routes: implement({ ping }, { ping: () => ({ ok: true }) }) }),
})

describe('Alt-Svc', () => {
  it('is said in every answer, refusals too, where an edge speaks HTTP/3 · M02.39', async (t) => {
    const running = await bootTest(app, { altSvc: 'h3=":443"; ma=86400' })
    t.after(() => running.close())
    for (const path of ['/ping', '/nowhere']) assert.equal((await fetch(running.url + path)).headers.get('alt-svc'), 'h3=":443"; ma=86400')
  })

  it('is not said where nobody set it', async (t) => {
    const running = await bootTest(app)
    t.after(() => running.close())
    assert.equal((await fetch(`${running.url}/ping`)).headers.get('alt-svc'), null)
  })

  it('is held to its grammar at boot · M02.39', async () => {
    const bootWith = (value: string) => boot(app, { sources: { env: { ALT_SVC: value, PORT: '0' }, argv: [] } })
    for (const value of ['h3', 'h3=:443', 'h3=":443"; ma=day', 'h3=":443"\r\nset-cookie: a=b', '=":443"', 'h3=":443",'])
      await assert.rejects(bootWith(value), { code: 'config-invalid' }, value)
  })
})
