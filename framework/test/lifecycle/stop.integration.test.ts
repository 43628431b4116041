import assert from 'node:assert/strict'
import { writeFileSync, mkdtempSync, rmSync } from 'node:fs'
import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { Instance, startInstance } from './instance.ts'

// For a busy machine: what is promised to the millisecond is tested with a clock of its own, beside the lifecycle.
const margin = 4_000

/** The answer to a request on a connection of its own, once its head is there. */
function open(url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request(url, { agent: false }, resolve).on('error', reject).end()
  })
}

/** The status, or the code of the error. */
function status(url: string): Promise<number | string> {
  return open(url).then(
    (response) => {
      response.resume()
      return response.statusCode!
    },
    (error: NodeJS.ErrnoException) => error.code!,
  )
}

interface Line {
  readonly msg: string
  readonly [field: string]: unknown
}

function linesOf(log: string): Line[] {
  return log
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line)
}

describe('a stop', () => {
  it('turns readiness off at once, serves on for the delay, liveness included, and then refuses · M18.2 M18.3', async (t) => {
    const instance = await startInstance(t, { DRAIN_DELAY: '1500ms' })
    const { url } = instance
    const ask = () => Promise.all(['ready', 'live', 'startup'].map((probe) => status(`${url}/health/${probe}`)))
    assert.deepEqual(await ask(), [200, 200, 200])
    instance.kill('SIGTERM')
    while ((await status(`${url}/health/ready`)) === 200);
    assert.deepEqual(await ask(), [503, 200, 200])
    const work = await open(`${url}/items`)
    assert.equal(work.headers.connection, 'close')
    work.destroy()
    const { code, ms } = await instance.exited
    assert.equal(code, 0)
    assert.ok(ms >= 1_500, `${ms} ms`)
    assert.equal(await status(`${url}/health/live`), 'ECONNREFUSED')
  })

  it('answers what outlives the grace with 503, names it by route, and says what kept the process · M18.5 M18.7 M18.10', async (t) => {
    const instance = await startInstance(t, { SHUTDOWN_GRACE: '300ms' })
    const [first, second] = [open(`${instance.url}/stuck`), instance.running('stuck')]
    await second
    assert.equal(await status(`${instance.url}/behind`), 204)
    instance.kill('SIGTERM')
    const answer = await first
    assert.equal(answer.statusCode, 503)
    assert.equal((JSON.parse(await text(answer)) as { code: string }).code, 'shutting-down')
    const { code, ms } = await instance.exited
    assert.equal(code, 1)
    assert.ok(ms < 1_300 + margin, `${ms} ms`)
    const lines = linesOf(await instance.log)
    const told = (msg: string) => lines.find((line) => line.msg === msg)
    assert.deepEqual(told('requests cut')?.['routes'], { 'GET /stuck': 1 })
    assert.deepEqual(told('background work cut')?.['routes'], { 'GET /behind': 1 })
    const cutting = told('cutting what still runs')!
    assert.ok((cutting['open'] as string[]).includes('http'))
    assert.ok((cutting['handles'] as { kind: string }[]).some(({ kind }) => kind === 'socket'))
  })

  it('lets a stream end as it likes within the grace, and whoever reads it has it whole · M18.9', async (t) => {
    const instance = await startInstance(t)
    const answer = await open(`${instance.url}/items`)
    await once(answer, 'readable')
    instance.kill('SIGTERM')
    const items = (await text(answer)).trim().split('\n')
    assert.ok(answer.complete)
    assert.deepEqual(
      items.map((line) => (JSON.parse(line) as { n: number }).n),
      items.map((_, index) => index),
    )
    assert.equal((await instance.exited).code, 0)
  })

  it('cuts a stream that does not end, so that nobody takes what came for all there is · M18.5 M18.9', async (t) => {
    const instance = await startInstance(t, { SHUTDOWN_GRACE: '300ms' })
    const answer = await open(`${instance.url}/endless`)
    assert.equal(answer.statusCode, 200)
    instance.kill('SIGTERM')
    await assert.rejects(text(answer), { code: 'ECONNRESET' })
    assert.equal(answer.complete, false)
    assert.equal((await instance.exited).code, 1)
  })

  it('waits for an upload that goes on, and answers one that does not end with 503 · M18.9', async (t) => {
    const body = JSON.stringify({ text: 'x'.repeat(100_000) })
    const head = `POST /upload HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`
    const upload = async (instance: Instance) => {
      const socket = connect(instance.port, '127.0.0.1').setEncoding('latin1')
      t.after(() => socket.destroy())
      socket.write(head + body.slice(0, 50_000))
      await once(socket, 'connect')
      // It was read when the drain began: the metrics are behind it.
      await open(`${instance.url}/metrics`).then(text)
      return socket
    }
    const [patient, hasty] = await Promise.all([startInstance(t), startInstance(t, { SHUTDOWN_GRACE: '300ms' })])
    const [finishing, hanging] = [await upload(patient), await upload(hasty)]
    for (const instance of [patient, hasty]) {
      instance.kill('SIGTERM')
      while ((await status(`${instance.url}/health/live`)) === 200);
    }
    finishing.write(body.slice(50_000))
    assert.match(((await once(finishing, 'data')) as [string])[0], /^HTTP\/1\.1 200 [\s\S]*connection: close[\s\S]*"n":100000/i)
    assert.match(((await once(hanging, 'data')) as [string])[0], /^HTTP\/1\.1 503 [\s\S]*"code":"shutting-down"/)
    assert.deepEqual([(await patient.exited).code, (await hasty.exited).code], [0, 1])
  })

  it('kills a process whose event loop is blocked, in the same time · M18.7', async (t) => {
    const instance = await startInstance(t, { SHUTDOWN_GRACE: '300ms' })
    assert.equal(await status(`${instance.url}/block`), 204)
    instance.kill('SIGTERM')
    const { signal, ms } = await instance.exited
    assert.equal(signal, 'SIGKILL')
    assert.ok(ms >= 1_300 && ms < 1_300 + margin, `${ms} ms`)
    assert.match(await instance.errors, /event loop is blocked/)
  })

  it('shows where in the code something was left open, where that is asked for · M18.10', async (t) => {
    const instance = await startInstance(t, { TRACE_HANDLES: 'true', LEAK: 'true' })
    instance.kill('SIGTERM')
    assert.equal((await instance.exited).code, 0)
    const left = linesOf(await instance.log).find(({ msg }) => msg === 'still open after the stop')
    const handles = left?.['handles'] as { kind: string; count: number; madeAt?: string[] }[]
    const timer = handles.find(({ kind, madeAt }) => kind === 'timer' && madeAt?.[0]?.includes('instance-main.ts'))
    assert.equal(timer?.count, 1)
  })

  it('lets requests under way finish after an error that nobody caught, and ends with 70 · M15.5', async (t) => {
    const instance = await startInstance(t)
    const answer = await open(`${instance.url}/items`)
    assert.equal(await status(`${instance.url}/crash`), 204)
    await text(answer)
    assert.ok(answer.complete)
    assert.equal((await instance.exited).code, 70)
    assert.match(await instance.log, /"level":"fatal"[^\n]*"message":"a bug"/)
  })
})

describe('a start', () => {
  it('that fails ends with one report and not with 0, and never opened the port · M18.11', async () => {
    const instance = new Instance({ BROKEN: 'true' })
    await assert.rejects(instance.ready())
    assert.equal((await instance.exited).code, 70)
    const errors = await instance.errors
    assert.match(errors, /^The application could not start\.\nError: no such host\n/)
    assert.equal(errors.match(/no such host/g)?.length, 1)
  })
})

describe('SIGHUP', () => {
  it('reads the settings again, keeps the old ones when they are wrong, and stops nothing · M18.1', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'throughline-reload-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const file = join(folder, '.env')
    writeFileSync(file, 'LOG_LEVEL=warn\n')
    const instance = await startInstance(t, {}, folder)
    const lines: Line[] = []
    instance.child.stdout!.on('data', (chunk: Buffer) => lines.push(...linesOf(chunk.toString())))
    const reload = async (content: string, seen: (line: Line) => boolean) => {
      writeFileSync(file, content)
      instance.kill('SIGHUP')
      while (!lines.some(seen)) await pause(5)
    }
    await reload('LOG_LEVEL=loud\n', ({ msg }) => msg.startsWith('reload failed'))
    await reload('LOG_LEVEL=info\n', ({ msg }) => msg === 'reloaded')
    assert.equal(await status(`${instance.url}/health/ready`), 200)
    instance.kill('SIGTERM')
    assert.equal((await instance.exited).code, 0)
  })
})
