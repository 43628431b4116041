import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { describe, it, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { testClock } from '../../tools/testing/test-clock.ts'
import { abortReason } from '../../std/abort.ts'
import { ambient } from '../../std/ambient.ts'
import { systemClock } from '../../std/clock.ts'
import { AppError } from '../../std/errors.ts'
import { silentLog } from '../../std/log.ts'
import { Spans } from '../../std/spans.ts'
import { programs, type Programs, type ProgramsOptions } from './programs.ts'

function toolsFor(t: TestContext, options: Partial<ProgramsOptions> = {}): Programs {
  const tools = programs({ clock: systemClock, ...options })
  t.after(() => tools.close())
  return tools
}

const node = process.execPath
const script = (text: string, ...args: string[]) => ['-e', text, '--', ...args]
const text = async (output: Promise<{ stdout: Buffer }>) => (await output).stdout.toString()
const failure = (code: string, status: number) => (error: unknown) =>
  error instanceof AppError && error.code === code && error.status === status

/** Tells when something connects to it, and when that is gone: how a test sees a process live and die. */
async function witness(t: TestContext) {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  // It ignores the polite signal, and would stay for ever.
  const connects = `process.on('SIGTERM', () => {}); require('node:net').connect(${port}, '127.0.0.1')`
  const seen = async () => {
    const [socket] = (await once(server, 'connection')) as [Socket]
    socket.resume().on('error', () => {})
    return { gone: once(socket, 'close') }
  }
  return { connects, seen }
}

const request = (signal: AbortSignal, spans?: Spans) => ({ id: 'r', route: 'POST /x', signal, log: silentLog, ...(spans && { spans }) })

describe('a program', () => {
  it('gets every argument as it is, whatever a shell would make of it · M06.13', async (t) => {
    const args = [
      '$(id)',
      '`id`',
      '; rm -rf /',
      '| cat',
      '> /tmp/x',
      '"',
      "'",
      '*',
      '~',
      '$HOME',
      '%PATH%',
      '^&',
      'a b',
      '',
      '\n',
      '-x',
      'é😀',
    ]
    const seen = await text(toolsFor(t).run(node, script('process.stdout.write(JSON.stringify(process.argv.slice(1)))', ...args)))
    assert.deepEqual(JSON.parse(seen), args)
  })

  it('sees no variable of ours but those on the list, and those it was given · M06.13', async (t) => {
    process.env['SECRET_OF_THIS_TEST'] = 'x'
    t.after(() => delete process.env['SECRET_OF_THIS_TEST'])
    const seen = await text(toolsFor(t, { env: { MODE: 'fast' } }).run(node, script('process.stdout.write(JSON.stringify(process.env))')))
    const names = Object.keys(JSON.parse(seen) as object)
    assert.ok(names.includes('MODE') && names.includes('PATH'))
    const list = ['MODE', 'PATH', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot']
    assert.deepEqual(
      names.filter((name) => !list.includes(name)),
      [],
    )
  })

  it('reads what it is given, and nothing otherwise; it may leave its input alone', async (t) => {
    const tools = toolsFor(t)
    const echo = script('process.stdin.pipe(process.stdout)')
    assert.equal(await text(tools.run(node, echo, { input: 'é'.repeat(100_000) })), 'é'.repeat(100_000))
    assert.equal(await text(tools.run(node, echo)), '')
    assert.equal(await text(tools.run(node, script(''), { input: 'x'.repeat(1_000_000) })), '')
  })

  it('runs in the folder that was named', async (t) => {
    assert.equal(await text(toolsFor(t, { cwd: '/' }).run(node, script('process.stdout.write(process.cwd())'))), '/')
  })

  it('fails with the end of what it said as the cause, and nothing of it in public; unless its code is expected · M06.13', async (t) => {
    const tools = toolsFor(t)
    const args = script('console.error("no such colour"); process.exit(3)')
    await assert.rejects(tools.run(node, args), (error) => {
      assert.ok(failure('program-failed', 500)(error))
      assert.doesNotMatch((error as Error).message, /colour|node/)
      assert.match(((error as Error).cause as Error).message, /ended with 3: no such colour/)
      return true
    })
    const { code, stderr } = await tools.run(node, args, { expect: [0, 3] })
    assert.deepEqual([code, stderr.toString()], [3, 'no such colour\n'])
    await assert.rejects(tools.run('no-such-program-here', []), failure('program-failed', 500))
    await assert.rejects(tools.run(node, script('process.kill(process.pid, "SIGKILL")')), failure('program-failed', 500))
  })

  it('is no shell, and is asked for before it is started · M06.13', async (t) => {
    await assert.rejects(toolsFor(t).run('sh', ['-c', 'id']), TypeError)
  })

  it('ends when it writes more than it may, on both outputs together · M06.13', async (t) => {
    const tools = toolsFor(t, { maxOutput: 1000 })
    const writes = (out: number, err: number) =>
      script(`process.stdout.write('x'.repeat(${out})); process.stderr.write('x'.repeat(${err}))`)
    assert.equal((await tools.run(node, writes(500, 500))).stdout.length, 500)
    await assert.rejects(tools.run(node, writes(500, 501)), failure('program-failed', 500))
    await assert.rejects(tools.run(node, script('for (;;) process.stdout.write("x".repeat(1000))')), failure('program-failed', 500))
  })

  it('ends when its time is over, and by force where it does not listen · M06.13', async (t) => {
    const clock = testClock()
    const { connects, seen } = await witness(t)
    const run = toolsFor(t, { clock, timeout: 5000 }).run(node, script(connects))
    const rejected = assert.rejects(run, failure('program-timeout', 504))
    const { gone } = await seen()
    clock.advance(5000)
    clock.advance(2000)
    await rejected
    await gone
    assert.equal(clock.waiting, 0)
  })

  it('ends with the request that runs it, and all that it started with it · M06.13 M08.9', async (t) => {
    const clock = testClock()
    const { connects, seen } = await witness(t)
    const caller = new AbortController()
    const parent = fileURLToPath(new URL('./fixtures/parent.ts', import.meta.url))
    const tools = toolsFor(t, { clock })
    const rejected = assert.rejects(
      ambient.run(request(caller.signal), () => tools.run(node, [parent, connects])),
      failure('client-closed-request', 499),
    )
    const { gone } = await seen()
    caller.abort(abortReason('client-closed-request'))
    await rejected
    await gone
    await assert.rejects(
      ambient.run(request(caller.signal), () => tools.run(node, script('throw 1'))),
      failure('client-closed-request', 499),
    )
  })

  it('ends when the application closes, as does one that its own signal ends', async (t) => {
    const { connects, seen } = await witness(t)
    const tools = toolsFor(t)
    await tools.open()
    const own = new AbortController()
    const cancelled = assert.rejects(tools.run(node, script('setInterval(() => {}, 1e6)'), { signal: own.signal }), /enough/)
    own.abort(new Error('enough'))
    await cancelled
    const rejected = assert.rejects(tools.run(node, script(connects)), failure('program-failed', 500))
    const { gone } = await seen()
    await tools.close()
    await Promise.all([rejected, gone])
  })

  it('is a span of its request that says how it ended, and none of its arguments · M06.13', async (t) => {
    const spans = new Spans(systemClock, systemClock.monotonic())
    const tools = toolsFor(t)
    await ambient.run(request(new AbortController().signal, spans), async () => {
      await tools.run(node, script('process.stdout.write("abc")', 'secret'))
      await assert.rejects(tools.run(node, script('process.exit(2)')))
      await assert.rejects(tools.run('no-such-program-here', []))
    })
    assert.deepEqual(
      spans.list.map(({ name, failed, attributes }) => [name, failed, attributes]),
      [
        ['run node', undefined, { code: 0, bytes: 3 }],
        ['run node', 'program-failed', { code: 2, bytes: 0 }],
        ['run no-such-program-here', 'program-failed', undefined],
      ],
    )
    assert.ok(spans.list.every(({ end }) => end >= 0))
    assert.doesNotMatch(JSON.stringify(spans.list), /secret/)
  })
})
