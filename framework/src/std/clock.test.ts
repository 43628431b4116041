import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { systemClock } from './clock.ts'

describe('systemClock', () => {
  it('measures forward', () => {
    const began = systemClock.monotonic()
    assert.ok(systemClock.monotonic() >= began)
  })

  it('does not run what was prevented, and runs the rest', async () => {
    const ran: string[] = []
    const { promise, resolve } = Promise.withResolvers<void>()
    const prevent = systemClock.after(0, () => ran.push('prevented'))
    prevent()
    // The timer of the system clock holds no process open, so this test brings something that does.
    const hold = new MessageChannel()
    hold.port1.onmessage = () => {}
    systemClock.after(1, () => {
      ran.push('due')
      resolve()
    })
    await promise
    hold.port1.close()
    assert.deepEqual(ran, ['due'])
  })
})
