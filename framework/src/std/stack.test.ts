import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import { framesOf } from './stack.ts'

describe('frames of a stack', () => {
  it('says of each line what was called, where, and whose code that is', () => {
    const own = pathToFileURL(import.meta.filename).href
    const stack = `TypeError: x is not a function
    at Orders.place (file:///app/src/domain/orders.ts:41:13)
    at async Promise.all (index 0)
    at async file:///app/src/api/orders.ts:12:3
    at new Pool (/app/node_modules/pg/lib/pool.js:7:1)
    at enter (eval at flat (${own}:9:2), <anonymous>:3:4)
    at run (${own}:5:6)
    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)`
    assert.deepEqual(
      framesOf(stack, 'x is not a function').map(({ call, file, line, of }) => [of, call, file.split('/').at(-1), line]),
      [
        ['application', 'Orders.place', 'orders.ts', 41],
        ['application', '', 'orders.ts', 12],
        ['package', 'new Pool', 'pool.js', 7],
        ['framework', 'enter', 'stack.test.ts:9:2), <anonymous>', 3],
        ['framework', 'run', 'stack.test.ts', 5],
        ['node', 'process.processTicksAndRejections', 'task_queues', 105],
      ],
    )
  })

  it('does not take a message for frames, however much it looks like some', () => {
    const message = 'no\n    at fake (file:///etc/passwd:1:1)'
    const error = new Error(message)
    assert.ok(framesOf(error.stack!, message).every(({ file }) => file !== '/etc/passwd'))
    assert.ok(framesOf(error.stack!, message).length > 0)
  })

  it('gives up on lines that nobody wrote, quickly', () => {
    const started = performance.now()
    assert.deepEqual(framesOf(`Error: x\n    at ${'( ('.repeat(50_000)}`), [])
    assert.ok(performance.now() - started < 500)
  })
})
