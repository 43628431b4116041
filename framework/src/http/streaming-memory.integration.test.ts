import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { request } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'

const fixture = fileURLToPath(new URL('../../test/http/large-lists.ts', import.meta.url))

describe('a list that is longer than memory should hold', () => {
  let server: ChildProcess
  let url: string
  before(async () => {
    server = spawn(process.execPath, ['-C', '@throughline/source', fixture], { stdio: ['ignore', 'pipe', 'inherit'] })
    ;[url] = (await once(server.stdout!.setEncoding('utf8'), 'data')) as [string]
  })
  after(() => server.kill())

  const peak = async () => Number(await (await fetch(`${url}/peak`)).text())

  async function download(rows: number, accept: string, coding: string): Promise<void> {
    const asked = request(`${url}/out?rows=${rows}`, { headers: { accept, 'accept-encoding': coding } }).end()
    const [response] = (await once(asked, 'response')) as [Readable]
    await once(response.resume(), 'end')
  }

  async function upload(rows: number): Promise<string> {
    const batch = `${JSON.stringify({ id: 1, text: 'x'.repeat(200) })}\n`.repeat(1000)
    const asked = request(`${url}/in`, { method: 'POST', headers: { 'content-type': 'application/x-ndjson' } })
    const answered = once(asked, 'response') as Promise<[Readable]>
    await pipeline(Readable.from(Array.from({ length: rows / 1000 }, () => batch)), asked)
    const [response] = await answered
    return Buffer.concat(await response.toArray()).toString()
  }

  for (const [accept, coding] of [
    ['application/x-ndjson', 'identity'],
    ['application/json', 'identity'],
    ['text/csv', 'identity'],
    ['application/x-ndjson', 'zstd'],
  ] as const) {
    it(`leaves as ${accept}, ${coding}, within constant memory · M04.8, M04.26`, async () => {
      await download(100_000, accept, coding)
      const before = await peak()
      await download(600_000, accept, coding)
      assert.ok((await peak()) - before < 50, `${before} MiB grew to ${await peak()}`)
    })
  }

  it('arrives within constant memory · M04.8', async () => {
    await upload(50_000)
    const before = await peak()
    assert.equal(await upload(400_000), '{"rows":400000}')
    assert.ok((await peak()) - before < 50, `${before} MiB grew to ${await peak()}`)
  })
})
