import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { encodeQuery, parseMessage } from './message.ts'

const query = { id: 0x1234, name: 'www.shop.test', type: 'AAAA', recursion: true, extended: true } as const
const head = (counts: number[], flags = 0x8400) =>
  Buffer.from([0x12, 0x34, flags >> 8, flags & 0xff, ...counts.flatMap((count) => [0, count])])

describe('a DNS message', () => {
  it('asks for a name, and offers EDNS(0) · M01.2', () => {
    const bytes = encodeQuery(query)
    assert.equal(
      bytes.toString('hex'),
      '123401000001000000000001' + '037777770473686f70047465737400' + '001c0001' + '00002904d0000000000000',
    )
    const parsed = parseMessage(bytes)
    assert.deepEqual(parsed.question, { name: 'www.shop.test', type: 'AAAA' })
    assert.equal(parsed.isReply, false)
    assert.equal(encodeQuery({ ...query, name: '', extended: false }).length, 12 + 1 + 4)
  })

  it('refuses names that cannot be asked for', () => {
    for (const name of ['a..b', `${'x'.repeat(64)}.test`, Array.from({ length: 50 }, () => 'label').join('.')])
      assert.throws(() => encodeQuery({ ...query, name }), RangeError)
  })

  it('reads addresses, and writes IPv6 in its shortest form · M01.2', () => {
    const addresses = {
      '20010db8000000000000000000000001': '2001:db8::1',
      '00000000000000000000000000000001': '::1',
      '00000000000000000000000000000000': '::',
      '20010db8000000010000000000000001': '2001:db8:0:1::1',
      '20010db8000100020003000400050006': '2001:db8:1:2:3:4:5:6',
      fe80000000000000000000000000000a: 'fe80::a',
      '10000000000000000000000000000000': '1000::',
    }
    for (const [hex, address] of Object.entries(addresses)) {
      const record = Buffer.concat([Buffer.from([0, 0, 28, 0, 1, 0, 0, 0, 60, 0, 16]), Buffer.from(hex, 'hex')])
      assert.deepEqual(parseMessage(Buffer.concat([head([0, 1, 0, 0]), record])).answers, [{ name: '', ttl: 60, type: 'AAAA', address }])
    }
  })

  it('takes a TTL beyond 2^31 for none, and passes over types that it does not know', () => {
    const a = Buffer.from([0, 0, 1, 0, 1, 0xff, 0xff, 0xff, 0xff, 0, 4, 192, 0, 2, 1])
    const txt = Buffer.from([0, 0, 16, 0, 1, 0, 0, 0, 60, 0, 2, 1, 65])
    assert.deepEqual(parseMessage(Buffer.concat([head([0, 2, 0, 0]), txt, a])).answers, [
      { name: '', ttl: 0, type: 'A', address: '192.0.2.1' },
    ])
  })

  it('adds the upper bits of the code, which EDNS(0) has', () => {
    const opt = Buffer.from([0, 0, 41, 4, 208, 1, 0, 0, 0, 0, 0])
    assert.equal(parseMessage(Buffer.concat([head([0, 0, 0, 1], 0x8400), opt])).code, 16)
  })

  it('follows pointers backwards, and never in circles', () => {
    const name = Buffer.from([3, 119, 119, 119, 0xc0, 12])
    const fixed = [0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1]
    const loop = Buffer.concat([head([0, 1, 0, 0]), name, Buffer.from(fixed)])
    assert.throws(() => parseMessage(loop), RangeError)
    const itself = Buffer.concat([head([0, 1, 0, 0]), Buffer.from([0xc0, 12]), Buffer.from(fixed)])
    assert.throws(() => parseMessage(itself), /points forward/)
    const reserved = Buffer.concat([head([0, 1, 0, 0]), Buffer.from([0x80, 0]), Buffer.from(fixed)])
    assert.throws(() => parseMessage(reserved), /reserved/)
  })

  it('makes what is in a label visible, and no dot of it a border', () => {
    const name = Buffer.from([4, 97, 46, 27, 91, 0])
    const record = Buffer.concat([name, Buffer.from([0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1])])
    assert.equal(parseMessage(Buffer.concat([head([0, 1, 0, 0]), record])).answers[0]?.name, 'a\\046\\027[')
  })

  it('reads nothing behind the question of what was cut off', () => {
    const cut = Buffer.concat([head([1, 9, 0, 0], 0x8600), encodeQuery({ ...query, extended: false }).subarray(12), Buffer.from([3, 119])])
    assert.deepEqual([parseMessage(cut).truncated, parseMessage(cut).answers], [true, []])
  })

  it('refuses any other bytes with a RangeError, and ends', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          parseMessage(Buffer.from(bytes))
        } catch (error) {
          assert.ok(error instanceof RangeError, String(error))
        }
      }),
      { numRuns: 2_000 },
    )
  })
})
