import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import * as z from 'zod'
import { application, inspect, type Parts } from '../src/app.ts'
import { endpoint } from '../src/contract/endpoint.ts'
import { implement } from '../src/http/implement.ts'
import { BootError } from '../src/std/errors.ts'
import { serverSettings, settings } from '../src/system/config/index.ts'

const here = /boot-errors\.integration\.test\.ts:\d+/

function refusal(routes: Parts['routes'], cwd = tmpdir()): BootError {
  const app = application({ name: 'x', version: '1.0.0', settings: settings(serverSettings), wire: () => ({ routes }) })
  try {
    inspect(app, { sources: { env: {}, argv: [], mode: 'test', cwd } })
  } catch (error) {
    if (error instanceof BootError) return error
    throw error
  }
  throw new Error('It started.')
}
const summary = 'Reads'

describe('what stops a start', () => {
  let cwd: string
  before(async () => void (cwd = await mkdtemp(join(tmpdir(), 'boot-errors-'))))
  after(() => rm(cwd, { recursive: true }))

  it('of two routes names both, by file and line, and what to do · M15.1', () => {
    const one = implement({ a: endpoint('GET /things/{id}', { summary, auth: 'none', status: 204 }) }, { a: () => {} })
    const two = implement({ b: endpoint('GET /things/{name}', { summary, auth: 'none', status: 204 }) }, { b: () => {} })
    const { code, message, fix } = refusal([...one, ...two])
    assert.deepEqual([code, fix], ['route-ambiguous', 'Change one of the two paths, or constrain a parameter.'])
    assert.equal(message.match(new RegExp(here, 'g'))?.length, 2)
  })

  it('of a contract names the endpoint, the file and the line, and what to do · M15.1', () => {
    const read = endpoint('GET /old', { summary, auth: 'none', returns: z.object({ at: z.map(z.string(), z.string()) }) })
    const { code, message, fix } = refusal(implement({ read }, { read: () => ({ at: new Map() }) }))
    assert.equal(code, 'contract-invalid')
    assert.match(message, /GET \/old/)
    assert.match(message, here)
    assert.ok(fix.length > 10)
  })

  it('of the configuration names the file, the line where it is broken, and each setting that is wrong · M15.1', async () => {
    await writeFile(join(cwd, 'config.json'), '{\n  "port": 3000,\n  "host" "x"\n}')
    const broken = refusal([], cwd)
    assert.equal(broken.code, 'config-invalid')
    assert.match(broken.message, /config\.json is not JSON: look at line 3 column 10/)
    await writeFile(join(cwd, 'config.json'), '{ "port": 99999, "hots": "x" }')
    assert.match(refusal([], cwd).message, /2 settings are wrong:\n.*config\.json.*hots.*host[^]*port/)
  })
})
