import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import * as z from 'zod'
import { application, type BootOptions } from './app.ts'
import { endpoint } from './contract/endpoint.ts'
import { implement } from './http/implement.ts'
import { serverSettings, settings } from './system/config/index.ts'
import type { RootLog } from './system/log/index.ts'
import { bootTest } from './tools/testing/boot-test.ts'

type Line = Record<string, unknown>

const Patient = z.object({ name: z.string(), email: z.string(), diagnosis: z.string().meta({ sensitive: true }) })
const contract = {
  admit: endpoint('POST /patients', { summary: 'Admits', auth: 'none', body: Patient, returns: Patient }),
  fail: endpoint('POST /failures', { summary: 'Fails', auth: 'none', body: Patient, status: 204 }),
}
const clinic = application({
  name: 'clinic',
  version: '1.2.3',
  settings: settings(serverSettings),
  wire: ({ log: own }) => ({
    routes: implement(contract, {
      admit: ({ body, log }) => {
        log.info('admitted', { patient: body })
        own.info('elsewhere', { diagnosis: body.diagnosis })
        return body
      },
      fail: ({ body }) => {
        throw Object.assign(new Error('no bed'), { patient: body })
      },
    }),
  }),
})

async function open(t: TestContext, overrides: Line = {}, mode: 'test' | 'production' = 'test', options: BootOptions = {}) {
  const raw: string[] = []
  const running = await bootTest(
    clinic,
    {},
    {
      ...(overrides['logFile'] === undefined && { logTo: { write: (line) => void raw.push(line) } }),
      ...options,
      sources: { env: {}, argv: [], mode, overrides: { port: 0, idleLinger: 0, logLevel: 'info', traceShare: 1, ...overrides } },
    },
  )
  t.after(() => running.close())
  const post = (path: string, headers: Record<string, string> = {}) =>
    fetch(running.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ name: 'Ann', email: 'ann@x.com', diagnosis: 'CANARY' }),
    })
  return { running, raw, post, lines: () => raw.map((line) => JSON.parse(line) as Line) }
}

describe('the log of an application', () => {
  it('says in every line what wrote it, and in those of a request which one and in which trace · M17.2', async (t) => {
    const { post, lines, running } = await open(t)
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
    const own = await post('/patients')
    await post('/patients', { traceparent: `00-${traceId}-00f067aa0ba902b7-01` })
    await running.close()
    const written = lines()
    assert.ok(
      written.every(
        ({ time, level, msg, service, version, instance }) =>
          time && level && msg && service === 'clinic' && version === '1.2.3' && instance,
      ),
    )
    const told = written.filter(({ msg }) => ['admitted', 'request'].includes(String(msg)))
    const id = own.headers.get('x-request-id')!
    assert.deepEqual(
      told.map(({ msg, requestId, traceId: of }) => [msg, requestId === id, of]),
      [
        ['admitted', true, id.replaceAll('-', '')],
        ['request', true, id.replaceAll('-', '')],
        ['admitted', false, traceId],
        ['request', false, traceId],
      ],
    )
    assert.equal(told[0]!['spanId'], told[1]!['spanId'])
    assert.match(String(told[2]!['spanId']), /^[0-9a-f]{16}$/)
  })

  it('and what is recorded hide what the contract calls sensitive, wherever it turns up · M17.4', async (t) => {
    const { post, raw, running } = await open(t)
    assert.equal(((await (await post('/patients')).json()) as Line)['diagnosis'], 'CANARY')
    assert.equal((await post('/failures')).status, 500)
    const kept = JSON.stringify([...running.recorder.newest()])
    assert.ok(raw.some((line) => line.includes('"diagnosis":"[redacted]"')) && kept.includes('[redacted]'))
    assert.ok(!raw.join('').includes('CANARY'), raw.join(''))
    assert.ok(!kept.includes('CANARY'), kept)
  })

  it('shows e-mail addresses where that is the policy: by default nowhere but in development · M17.4', async (t) => {
    const shown = async (overrides: Line, mode: 'test' | 'production') => {
      const { post, raw } = await open(t, overrides, mode)
      await post('/patients')
      return raw.join('').includes('ann@x.com')
    }
    assert.deepEqual(
      [
        await shown({}, 'test'),
        await shown({}, 'production'),
        await shown({ logPii: 'mask' }, 'test'),
        await shown({ logPii: 'keep' }, 'production'),
      ],
      [true, false, false, true],
    )
  })

  it('names the module of a line, whose level changes by itself · M17.1', async (t) => {
    const { running, lines } = await open(t)
    const { log } = running as unknown as { log: RootLog }
    log.change({ level: 'silent', forMs: 60_000, module: 'lifecycle' })
    await running.close()
    assert.deepEqual(
      lines().filter(({ msg }) => msg === 'stopping' || msg === 'stopped'),
      [],
    )
    const other = await open(t, { logLevel: 'debug' })
    await other.running.close()
    assert.deepEqual(
      other
        .lines()
        .filter(({ msg }) => msg === 'stopping')
        .map(({ module }) => module),
      ['lifecycle'],
    )
  })

  it('is counted by level, for alerts: errors by rate, fatal lines each, warnings by trend · M17.1', async (t) => {
    const { post, running } = await open(t)
    await post('/failures')
    await post('/patients')
    const metrics = await (await fetch(`${running.url}/metrics`)).text()
    assert.match(metrics, /^log_lines_total\{level="error"\} 1$/m)
    assert.match(metrics, /^log_lines_total\{level="fatal"\} 0$/m)
    assert.match(metrics, /^log_lines_total\{level="info"\} [1-9]/m)
  })

  it('goes to LOG_FILE, and to a new one after SIGHUP · M17.6', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'log-'))
    t.after(() => rm(folder, { recursive: true, force: true }))
    const path = join(folder, 'app.log')
    const signals = Object.assign(new EventEmitter(), { exit: () => {} }) as unknown as NonNullable<BootOptions['process']>
    const { post, running } = await open(t, { logFile: path }, 'test', { process: signals })
    await post('/patients')
    const { log } = running as { log: { flush?(): void } }
    log.flush?.()
    await rename(path, join(folder, 'moved'))
    ;(signals as unknown as EventEmitter).emit('SIGHUP')
    await post('/failures')
    log.flush?.()
    const [before, after] = await Promise.all([readFile(join(folder, 'moved'), 'utf8'), readFile(path, 'utf8')])
    assert.ok(before.includes('admitted') && !before.includes('no bed'))
    assert.ok(after.includes('no bed') && !after.includes('admitted'))
  })

  it('in a place where none can be written is a reason not to start · M17.6', async (t) => {
    await assert.rejects(open(t, { logFile: '/dev/null/app.log' }), {
      code: 'config-invalid',
      message: /\/dev\/null\/app\.log cannot be opened/,
    })
  })
})
