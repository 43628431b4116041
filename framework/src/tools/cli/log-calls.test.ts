import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { logCalls } from './log-calls.ts'

const of = (text: string) => logCalls(text).map(({ level, events, isInterpolated }) => [level, events, isInterpolated])

describe('what a source writes to its log', () => {
  it('is read with its names: one, or one of two · M17.2', () => {
    assert.deepEqual(of(`c.log.info('order placed', { a: f(1, 2) })`), [['info', ['order placed'], false]])
    assert.deepEqual(of(`this.#log.error(\n  "it isn't",\n)`), [['error', ["it isn't"], false]])
    assert.deepEqual(of(`needs.log?.warn(left > 0 ? 'soon' : 'it\\'s late', {})`), [['warn', ['soon', "it's late"], false]])
    assert.deepEqual(of('log.debug(`plain`)'), [['debug', ['plain'], false]])
    assert.deepEqual(of('auditLog.fatal(event, fields)'), [['fatal', [], false]])
  })

  it('is found out when its message is put together · M17.2', () => {
    for (const message of ['`order ${id} placed`', `'order ' + id`, `['order', id].join(' ')`, `'a'.concat(id)`, 'id ? `a ${id}` : b'])
      assert.deepEqual(of(`log.info(${message}, {})`), [['info', [], true]], message)
  })

  it('is not what stands in comments, nor what others log · M17.2', () => {
    assert.deepEqual(
      of(' * log.info(`a ${b}`)\n// log.info(`a ${b}`)\nconsole.log(`a ${b}`)\nMath.log(1)\nlogger(`x`)\nblog.infos("x")'),
      [],
    )
    assert.equal(logCalls('\n\n  log.info("x")')[0]?.line, 3)
  })
})
