import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { describe, it } from 'node:test'
import { silentLog, type Log } from '../../std/log.ts'
import type { Resource } from '../../std/resource.ts'
import { testClock } from '../../tools/testing/test-clock.ts'
import { lifecycle } from './lifecycle.ts'
import { handleSignals } from './signals.ts'

/** A process of which only the events and the exit are real. */
class Process extends EventEmitter {
  readonly #exited = Promise.withResolvers<number>()
  readonly exited = this.#exited.promise
  exits = 0

  exit(code: number): void {
    this.exits++
    this.#exited.resolve(code)
  }
}

async function setUp({
  close = async () => {},
  reload,
  reports,
  log = silentLog,
}: { close?: () => Promise<void>; reload?: () => void; log?: Log; reports?: { write(error: unknown): string } } = {}) {
  const process = new Process()
  const life = lifecycle({ log, clock: testClock(), grace: 1_000 })
  const resource: Resource = { name: 'http', open: async () => {}, close }
  await life.start([resource])
  const release = handleSignals(life, { log, process, reports, ...(reload && { reload }) })
  return { process, life, release }
}
const never = () => new Promise<void>(() => {})

describe('signals', () => {
  it('SIGTERM and SIGINT drain and exit 0 · M18.1', async () => {
    for (const signal of ['SIGTERM', 'SIGINT']) {
      const { process, life } = await setUp()
      process.emit(signal, signal)
      assert.equal(life.state, 'draining')
      assert.equal(await process.exited, 0)
      assert.equal(life.state, 'stopped')
    }
  })

  it('a second SIGINT forces, a second SIGTERM does not · M18.1', async () => {
    const { process, life } = await setUp({ close: never })
    process.emit('SIGTERM')
    process.emit('SIGTERM')
    process.emit('SIGINT')
    assert.equal(life.cut.aborted, false)
    process.emit('SIGINT')
    assert.equal(await process.exited, 1)
    assert.equal(process.exits, 1)
  })

  it('SIGHUP reloads and keeps serving, also when the reload fails · M18.1', async () => {
    let reloads = 0
    const reload = () => {
      reloads++
      throw new Error('bad file')
    }
    const { process, life } = await setUp({ reload })
    process.emit('SIGHUP')
    process.emit('SIGHUP')
    assert.equal(reloads, 2)
    assert.equal(life.state, 'ready')
    process.emit('SIGTERM')
    assert.equal(await process.exited, 0)
  })

  it('SIGHUP drains when there is nothing to reload', async () => {
    const { process } = await setUp()
    process.emit('SIGHUP')
    assert.equal(await process.exited, 0)
  })

  it('an error that nobody caught is logged as fatal, drains and exits 70', async () => {
    for (const event of ['uncaughtException', 'unhandledRejection']) {
      const fatal: unknown[] = []
      const { process } = await setUp({ log: { ...silentLog, fatal: (_, fields) => void fatal.push(fields?.['error']) } })
      const bug = new TypeError('undefined is not a function')
      process.emit(event, bug)
      assert.equal(await process.exited, 70)
      assert.deepEqual(fatal, [bug])
    }
  })

  it('leaves one report of a crash, of the first error; a disk that is full keeps nothing from ending · M15.5', async () => {
    const lines: unknown[][] = []
    const note = (event: string, fields: { report?: unknown } = {}) => void lines.push([event, fields.report])
    const written: unknown[] = []
    const reports = {
      write(error: unknown) {
        if (written.push(error) === 2) throw new Error('ENOSPC')
        return '/crashes/1.json'
      },
    }
    for (let i = 0; i < 2; i++) {
      const { process } = await setUp({ log: { ...silentLog, fatal: note, error: note }, reports })
      process.emit('uncaughtException', new Error('first'))
      process.emit('unhandledRejection', new Error('second'))
      assert.equal(await process.exited, 70)
    }
    assert.deepEqual(lines, [
      ['uncaught exception', '/crashes/1.json'],
      ['unhandled rejection', undefined],
      ['no crash report could be written', undefined],
      ['uncaught exception', undefined],
      ['unhandled rejection', undefined],
    ])
  })

  it('a drain that can never end, because nothing is left to wait for, is cut rather than forgotten', async () => {
    const { process, life } = await setUp({ close: never })
    process.emit('beforeExit', 0)
    assert.equal(life.state, 'ready')
    process.emit('SIGTERM')
    process.emit('beforeExit', 0)
    assert.equal(await process.exited, 1)
  })

  it('leave no listener behind once released', async () => {
    const { process, release } = await setUp()
    release()
    assert.deepEqual(process.eventNames(), [])
  })
})
