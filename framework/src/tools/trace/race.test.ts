import assert from 'node:assert/strict'
import { Socket } from 'node:net'
import { describe, it } from 'node:test'
import { testClock } from '../testing/test-clock.ts'
import { race } from './race.ts'

const six = { address: '2001:db8::1', family: 6 } as const
const otherSix = { address: '2001:db8::2', family: 6 } as const
const four = { address: '192.0.2.1', family: 4 } as const
const never = new AbortController().signal
const turns = async () => {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** Addresses that answer when they are told to, and hang until then. */
function network(clock = testClock()) {
  const dialled: string[] = []
  const answers = new Map<string, (outcome: Socket | Error) => void>()
  const dial = ({ address }: { address: string }, signal: AbortSignal) =>
    new Promise<Socket>((resolve, reject) => {
      dialled.push(address)
      answers.set(address, (outcome) => (outcome instanceof Socket ? resolve(outcome) : reject(outcome)))
      signal.addEventListener('abort', () => reject(signal.reason as Error))
    })
  return { clock, dialled, dial, answer: (address: string, outcome: Socket | Error = new Socket()) => answers.get(address)!(outcome) }
}

describe('the race of two families', () => {
  it('gives IPv6 a quarter of a second before IPv4 is tried, and takes who answers first · M01.3', async () => {
    const { clock, dial, dialled, answer } = network()
    const racing = race([six, otherSix, four], 443, { clock, signal: never, dial })
    await turns()
    assert.deepEqual(dialled, [six.address])
    clock.advance(249)
    await turns()
    assert.deepEqual(dialled, [six.address])
    clock.advance(1)
    await turns()
    assert.deepEqual(dialled, [six.address, four.address])
    clock.advance(30)
    answer(four.address)
    const { tries } = await racing
    assert.deepEqual(
      tries.map(({ family, outcome, start, ms }) => [family, outcome, start, ms]),
      [
        [4, 'won', 250, 30],
        [6, 'lost', 0, 280],
      ],
    )
    assert.equal(clock.waiting, 0)
  })

  it('lets an early attempt win while later ones run · M01.3', async () => {
    const { clock, dial, answer } = network()
    const racing = race([six, four], 443, { clock, signal: never, dial })
    await turns()
    clock.advance(250)
    await turns()
    answer(six.address)
    assert.equal((await racing).tries[0]?.family, 6)
  })

  it('does not wait for the delay when an address refuses · M01.3', async () => {
    const { clock, dial, dialled, answer } = network()
    const racing = race([six, four], 443, { clock, signal: never, dial })
    await turns()
    answer(six.address, Object.assign(new Error('no'), { code: 'ENETUNREACH' }))
    await turns()
    assert.deepEqual(dialled, [six.address, four.address])
    answer(four.address)
    const { tries } = await racing
    assert.deepEqual(
      tries.map(({ outcome, reason }) => [outcome, reason]),
      [
        ['refused', 'ENETUNREACH'],
        ['won', undefined],
      ],
    )
  })

  it('takes one of two that answer together, and closes the other · M01.3', async () => {
    const { clock, dial, answer } = network()
    const racing = race([six, four], 443, { clock, signal: never, dial })
    await turns()
    clock.advance(250)
    await turns()
    const [first, second] = [new Socket(), new Socket()]
    answer(six.address, first)
    answer(four.address, second)
    const { socket } = await racing
    assert.equal(socket, first)
    assert.equal(second.destroyed, true)
  })

  it('says of every address why nothing came of it', async () => {
    const { clock, dial, answer } = network()
    const racing = race([six, four], 443, { clock, signal: never, dial })
    await turns()
    answer(six.address, Object.assign(new Error('no'), { code: 'ENETUNREACH' }))
    await turns()
    answer(four.address, Object.assign(new Error('no'), { code: 'ECONNREFUSED' }))
    await assert.rejects(racing, {
      code: 'server-unreachable',
      message: 'Nothing at 2001:db8::1 443: ENETUNREACH; 192.0.2.1 443: ECONNREFUSED.',
    })
  })

  it('stops all of them when it is told to', async () => {
    const { clock, dial } = network()
    const control = new AbortController()
    const racing = race([six, four], 443, { clock, signal: control.signal, dial })
    await turns()
    control.abort(new Error('enough'))
    await assert.rejects(racing, /enough/)
    assert.equal(clock.waiting, 0)
  })
})
