import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { join, query, readReply, sync, wholeMessages } from './protocol.ts'

function reply(...messages: [type: string, body: string][]): Uint8Array<ArrayBuffer> {
  return join(
    messages.map(([type, body]) => {
      const bytes = Buffer.alloc(5 + body.length)
      bytes.write(type + '\0\0\0\0' + body, 'latin1')
      bytes.writeInt32BE(4 + body.length, 1)
      return bytes
    }),
  )
}

describe('the wire protocol', () => {
  it('finds the end of the last whole message wherever the bytes are cut', () => {
    const first = query('select 1')
    const both = join([first, sync])
    for (let length = 0; length < first.length; length += 1) assert.equal(wholeMessages(both.subarray(0, length)).end, 0)
    for (let length = first.length; length < both.length; length += 1)
      assert.equal(wholeMessages(both.subarray(0, length)).end, first.length)
    assert.deepEqual(wholeMessages(both), { end: both.length, terminated: false })
  })

  it('stops at the goodbye and keeps what came before it', () => {
    const goodbye = Buffer.from([0x58, 0, 0, 0, 4])
    assert.deepEqual(wholeMessages(join([sync, goodbye, sync])), { end: sync.length, terminated: true })
  })

  it('refuses a length that no message has', () => {
    assert.throws(() => wholeMessages(Buffer.from('GET / HTTP/1.1')), RangeError)
    assert.throws(() => wholeMessages(Buffer.from([0x51, 0, 0, 0, 3])), RangeError)
  })

  it('reads the transaction status, and what the statements did', () => {
    const read = readReply(reply(['C', 'BEGIN\0'], ['Z', 'T'], ['C', 'INSERT 0 1\0'], ['Z', 'T'])).reply
    assert.equal(read.status, 'T')
    assert.equal(read.wrote, true)
    assert.equal(read.listened, false)
    assert.equal(readReply(reply(['C', 'LISTEN\0'], ['Z', 'I'])).reply.listened, true)
    assert.equal(readReply(reply(['C', 'SELECT 5\0'])).reply.wrote, false)
    assert.equal(readReply(reply(['1', ''])).reply.status, undefined)
  })

  it('takes notifications out, in order, and leaves the rest as it was', () => {
    const output = reply(['A', 'first'], ['C', 'NOTIFY\0'], ['A', 'second'], ['Z', 'I'])
    const read = readReply(output).reply
    assert.deepEqual(Buffer.from(read.bytes), Buffer.from(reply(['C', 'NOTIFY\0'], ['Z', 'I'])))
    assert.deepEqual(Buffer.from(read.notifications ?? []), Buffer.from(reply(['A', 'first'], ['A', 'second'])))
  })

  it('tells an error from the end of the session', () => {
    assert.deepEqual(pick(readReply(reply(['E', 'SERROR\0C42601\0\0'])).reply), { failed: true, fatal: false })
    assert.deepEqual(pick(readReply(reply(['E', 'SFATAL\0C08P01\0\0'])).reply), { failed: true, fatal: true })
  })

  it('gives back the piece of a message at the end', () => {
    const output = reply(['D', 'row one'], ['D', 'row two'])
    const { reply: read, rest } = readReply(output.slice(0, 15))
    assert.equal(read.bytes.length, 12)
    assert.equal(rest?.length, 3)
  })
})

function pick({ failed, fatal }: { failed: boolean; fatal: boolean }): { failed: boolean; fatal: boolean } {
  return { failed, fatal }
}
