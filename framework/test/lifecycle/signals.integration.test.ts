import assert from 'node:assert/strict'
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, it, type TestContext } from 'node:test'

interface Server {
  child: ChildProcess
  url: string
  log: Promise<string>
  exited: Promise<unknown[]>
}

async function serve(t: TestContext, grace: number): Promise<Server> {
  const child = fork(new URL('drained-server.ts', import.meta.url), [String(grace)], { silent: true, execArgv: [], env: {} })
  t.after(() => child.kill('SIGKILL'))
  const log = text(child.stdout!)
  const exited = once(child, 'exit')
  const [address] = (await once(child, 'message')) as [AddressInfo]
  return { child, url: `http://127.0.0.1:${address.port}`, log, exited }
}

/** The response's text, or the error's code when the connection was cut. */
function ask(url: string): Promise<string> {
  return new Promise((resolve) => {
    get(url, { agent: false }, (response) => void text(response).then(resolve)).on('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code ?? error.message),
    )
  })
}

describe('a process under signals', () => {
  it('finishes the request under way on SIGTERM, closes in reverse and exits 0 · M18.1 M18.3 M18.7', async (t) => {
    const { child, url, log, exited } = await serve(t, 10_000)
    const accepted = once(child, 'message')
    const answer = ask(`${url}/slow`)
    await accepted
    child.kill('SIGTERM')
    assert.equal(await answer, 'finished')
    assert.deepEqual(await exited, [0, null])
    const events = (await log)
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { msg: string }).msg)
    assert.deepEqual(events, ['opened', 'opened', 'stopping', 'db closed', 'stopped'])
    assert.equal(await ask(url), 'ECONNREFUSED')
  })

  it('cuts what outlives the grace, says so, and is gone within grace + 1 s · M18.5 M18.7', async (t) => {
    const { child, url, log, exited } = await serve(t, 200)
    const accepted = once(child, 'message')
    const answer = ask(`${url}/stuck`)
    await accepted
    const began = performance.now()
    child.kill('SIGTERM')
    assert.deepEqual(await exited, [1, null])
    // A margin for a busy machine: the deadline itself is pinned to the millisecond by the unit tests.
    assert.ok(performance.now() - began < 4_000)
    assert.equal(await answer, 'ECONNRESET')
    assert.match(await log, /"cutting what still runs"[^]*"resource":"http"[^]*"cut while closing"/)
  })

  it('ends at the second SIGINT · M18.1', async (t) => {
    const { child, url, exited } = await serve(t, 600_000)
    const accepted = once(child, 'message')
    const answer = ask(`${url}/stuck`)
    await accepted
    child.kill('SIGINT')
    const stopping = once(child, 'exit')
    // Two signals in flight at once may arrive as one: the second is sent until it did.
    while (child.exitCode === null) {
      child.kill('SIGINT')
      await new Promise((resolve) => setImmediate(resolve))
    }
    await stopping
    assert.deepEqual(await exited, [1, null])
    assert.equal(await answer, 'ECONNRESET')
  })

  it('writes the fatal line before it exits 70 on an uncaught exception', async (t) => {
    const { url, log, exited } = await serve(t, 300)
    void ask(`${url}/crash`)
    assert.deepEqual(await exited, [70, null])
    assert.match(await log, /"level":"fatal".*"message":"a bug".*"msg":"uncaught exception"/)
  })
})
