import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ambient, current, type Ambient } from './ambient.ts'
import { Background, shield } from './background.ts'
import { AppError } from './errors.ts'
import { silentLog } from './log.ts'

const request = (background?: Background): Ambient => ({
  id: 'request-1',
  route: 'GET /',
  signal: AbortSignal.abort('gone'),
  log: silentLog,
  due: 1,
  safe: true,
  ...(background !== undefined && { background }),
})

describe('shield', () => {
  it('keeps who asked, and takes away when to stop and what not to do · M08.10', async () => {
    const background = new Background()
    const inside = await ambient.run(request(background), () => shield(async () => current()))
    assert.deepEqual(
      [inside.id, inside.route, inside.due, inside.safe, inside.signal.aborted],
      ['request-1', 'GET /', undefined, undefined, false],
    )
  })

  it('answers what the work does, its error too, and counts it meanwhile', async () => {
    const background = new Background()
    const go = Promise.withResolvers<number>()
    const running = ambient.run(request(background), () => shield(() => go.promise))
    assert.equal(background.count, 1)
    go.resolve(42)
    assert.equal(await running, 42)
    const failing = ambient.run(request(background), () => shield(() => Promise.reject(new Error('declined'))))
    await assert.rejects(failing, new Error('declined'))
    assert.equal(background.count, 0)
  })

  it('runs outside of a request, too', async () => {
    assert.equal(await shield((signal) => signal.aborted), false)
  })
})

describe('Background', () => {
  it('logs what was refused as a warning and what failed as an error, and goes on · M15.15 M15.18 M15.25', async () => {
    const lines: string[] = []
    const log = {
      ...silentLog,
      warn: (event: string) => void lines.push(`warn ${event}`),
      error: (event: string) => void lines.push(`error ${event}`),
    }
    const refused = new AppError({ code: 'out-of-stock', status: 409, title: 'Out of stock' })
    const work = [refused, new AppError({ code: 'upstream-failed', status: 502, title: 'Bad Gateway' }), new TypeError('x')].map(
      (error) => () => {
        throw error
      },
    )
    await new Background().after({ ...request(), log }, [...work, () => lines.push('done')])
    assert.deepEqual(lines, ['warn refused in the background', 'error failed in the background', 'error failed in the background', 'done'])
  })

  it('closes when the last of its work is done, and at once without any', async () => {
    const background = new Background()
    await background.close()
    const [one, two] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const order: string[] = []
    void background.run(request(), () => one.promise).then(() => order.push('one'))
    void background.after(request(), [() => two.promise]).then(() => order.push('two'))
    const closing = background.close().then(() => order.push('closed'))
    one.resolve()
    await new Promise(setImmediate)
    two.resolve()
    await closing
    assert.deepEqual(order.toSorted(), ['closed', 'one', 'two'])
    assert.equal(order[0], 'one')
  })

  it('fires the signal of its work when it is cut', async () => {
    const background = new Background()
    const seen = background.run(
      request(),
      (signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(signal.reason))),
    )
    background.cut()
    assert.equal(((await seen) as { code: string }).code, 'shutting-down')
  })
})
