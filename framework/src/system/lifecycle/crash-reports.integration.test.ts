import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, describe, it } from 'node:test'
import { testClock } from '../../tools/testing/test-clock.ts'
import { CrashReports } from './crash-reports.ts'

const folder = mkdtempSync(join(tmpdir(), 'crashes-'))
const here = (file: string) => JSON.stringify(new URL(file, import.meta.url).href)

/** Runs a script in a process of its own, with a secret in its environment. */
async function run(script: string, flags: string[] = []) {
  const child = spawn(process.execPath, [...flags, '--input-type=module', '-e', script], { env: { SECRET: 'canary-hunter2' } })
  const exited = once(child, 'exit') as Promise<[number | null, string | null]>
  const [log] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { log, code: (await exited)[0] }
}

describe('a crash report', () => {
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('says where it was, without secrets, arguments and addresses, and only to its owner · M15.5', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    await once(socket, 'connect')
    process.env['CANARY'] = 'canary-hunter2'
    const own = join(folder, 'one')
    const path = new CrashReports(own, testClock()).write(
      Object.assign(new Error('cannot connect to postgres://admin:hunter2@db/shop'), { token: 'canary-hunter2' }),
    )
    delete process.env['CANARY']
    socket.destroy()
    server.close()
    const report = readFileSync(path, 'utf8')
    const { header, javascriptStack, javascriptHeap, handles } = JSON.parse(report) as {
      header: { commandLine?: unknown }
      javascriptStack: { message: string; stack: string[] }
      javascriptHeap: { usedMemory: number }
      handles: string[]
    }
    assert.match(javascriptStack.message, /cannot connect to postgres:\/\/\*\*\*@db/)
    assert.match(javascriptStack.stack.join(), /crash-reports\.integration\.test/)
    assert.ok(javascriptHeap.usedMemory > 0 && handles.includes('TCPServerWrap'))
    assert.doesNotMatch(report, /hunter2|127\.0\.0\.1|environmentVariables/)
    assert.equal(header.commandLine, undefined)
    assert.equal(statSync(path).mode & 0o777, 0o600)
  })

  it('pushes out all but the newest five, and nothing that is not one · M15.5', () => {
    const clock = testClock()
    const own = join(folder, 'many')
    const reports = new CrashReports(own, clock)
    reports.write(new Error('0'))
    writeFileSync(join(own, 'notes.txt'), 'mine')
    const paths = Array.from({ length: 6 }, (_, i) => {
      clock.advance(1_000)
      return reports.write(new Error(String(i)))
    })
    assert.deepEqual(
      readdirSync(own).map((file) => join(own, file)),
      [...paths.slice(1), join(own, 'notes.txt')],
    )
  })

  it('shows a crash loop · M15.5', () => {
    const clock = testClock()
    const reports = new CrashReports(join(folder, 'loop'), clock)
    assert.equal(reports.recent(300_000), 0)
    for (let i = 0; i < 3; i++) {
      reports.write(new Error('again'))
      clock.advance(120_000)
    }
    assert.equal(reports.recent(300_000), 2)
  })

  it('is left by a process that dies of an error nobody caught, which drains, says where it is and exits 70 · M15.5', async () => {
    const own = join(folder, 'process')
    const { log, code } = await run(`
      import { CrashReports, handleSignals, lifecycle } from ${here('index.ts')}
      import { openLog } from ${here('../log/index.ts')}
      import { systemClock } from ${here('../../std/clock.ts')}
      const log = openLog({ format: 'json' })
      const life = lifecycle({ log, clock: systemClock, grace: 1000 })
      handleSignals(life, { log, process, reports: new CrashReports(${JSON.stringify(own)}, systemClock) })
      await life.start([{ name: 'db', open: async () => {}, close: async () => log.info('db closed') }])
      Promise.reject(new Error('a bug'))
      Promise.reject(new Error('and another'))
    `)
    const lines = log
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { msg: string; report?: string })
    const [fatal, second] = lines.filter(({ msg }) => msg === 'unhandled rejection')
    assert.equal(code, 70)
    assert.deepEqual(
      readdirSync(own).map((file) => join(own, file)),
      [fatal?.report],
    )
    assert.equal(second?.report, undefined)
    assert.ok(lines.some(({ msg }) => msg === 'db closed'))
  })

  const exhaust = (own: string) => `
    import { CrashReports } from ${here('crash-reports.ts')}
    new CrashReports(${JSON.stringify(own)}, { now: () => new Date() }).watchMemory()
    const kept = []
    for (;;) kept.push(new Array(10_000).fill(kept.length))
  `

  it('is left by Node when memory runs out, without the environment · M15.5', async () => {
    const own = join(folder, 'memory')
    const { code } = await run(exhaust(own), ['--report-exclude-env', '--max-old-space-size=24'])
    assert.notEqual(code, 0)
    const [file] = readdirSync(own)
    const report = readFileSync(join(own, file!), 'utf8')
    assert.match((JSON.parse(report) as { header: { trigger: string } }).header.trigger, /FatalError|OOMError/)
    assert.doesNotMatch(report, /canary-hunter2/)
  })

  it('is rather not left than with the environment in it · M15.5', async () => {
    const own = join(folder, 'leaky')
    const { code } = await run(exhaust(own), ['--max-old-space-size=24'])
    assert.notEqual(code, 0)
    assert.equal(existsSync(own), false)
  })

  it('that cannot be written keeps nothing from ending in order · M15.5', async () => {
    const file = join(folder, 'file')
    writeFileSync(file, '')
    assert.throws(() => new CrashReports(file, testClock()).write(new Error('a bug')), { code: 'EEXIST' })
  })
})
