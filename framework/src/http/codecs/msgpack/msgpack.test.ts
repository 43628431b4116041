import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { msgpack } from './msgpack.ts'

const codec = msgpack()
const write = (schema: Record<string, unknown>, value: unknown) =>
  Buffer.from(codec.writer!(schema, 'x')(value) as Uint8Array).toString('hex')
const read = (hex: string) => codec.reader!({}, 'x')(Buffer.from(hex, 'hex'))

describe('MessagePack', () => {
  it('writes what every other library reads: maps, no records · M04.4', () => {
    const schema = {
      type: 'object',
      properties: { compact: { type: 'boolean' }, schema: { type: 'integer' } },
      required: ['compact', 'schema'],
    }
    assert.equal(write(schema, { compact: true, schema: 0 }), '82a7636f6d70616374c3a6736368656d6100')
  })

  it('writes date-time as a timestamp where that loses nothing, and reads it · M04.4', () => {
    const schema = { type: 'string', format: 'date-time' }
    assert.equal(write(schema, '2026-01-02T03:04:05.000Z'), 'd6ff695735a5')
    assert.equal(read('d6ff695735a5'), '2026-01-02T03:04:05.000Z')
    assert.equal(read(write(schema, '2026-01-02T03:04:05+01:00')), '2026-01-02T03:04:05+01:00')
  })

  it('writes declared base64 as bytes · M04.21', () =>
    assert.equal(write({ type: 'string', contentEncoding: 'base64' }, '+/8='), 'c402fbff'))

  it('reads 64-bit integers without loss: beyond 2^53 as text · M04.12', () => {
    assert.equal(read('cf0000000000000007'), 7)
    assert.equal(read('cfffffffffffffffff'), '18446744073709551615')
    assert.equal(read('d38000000000000000'), '-9223372036854775808')
  })

  it('keeps a member named __proto__ as plain data · M04.17', () => {
    const value = read('81a95f5f70726f746f5f5f81a561646d696ec3') as object
    assert.deepEqual(Object.keys(value), ['__proto__'])
    assert.equal(Object.getPrototypeOf(value), Object.prototype)
  })

  const refused: [why: string, hex: string, message: RegExp][] = [
    ['an array of four billion that is five bytes long', 'ddffffffff', /breaks off/],
    ['arrays of thirty million inside of each other', 'dd01ffffff'.repeat(20), /breaks off/],
    ['sixty-five levels', '91'.repeat(65) + 'c0', /nested deeper/],
    ['a regular expression of msgpackr', 'c7037892a161', /extension type/],
    ['a set of msgpackr', 'd473009101', /extension type/],
    ['a key that is a number', '810101', /key is not a string/],
    ['a member that comes twice · M04.16', '82a16101a16102', /comes twice/],
    ['the same member with a longer length', '82a16101d9016102', /comes twice/],
    ['a string that is not UTF-8 · M04.19', 'a1ff', /not UTF-8/],
    ['bytes after the value', 'c0c0', /something follows/],
    ['the byte that is never used', 'c1', /begins nothing/],
    ['NaN · M04.13', 'cb7ff8000000000000', /not finite/],
    ['nothing', '', /breaks off/],
  ]
  for (const [why, hex, message] of refused) it(`refuses ${why}`, () => assert.throws(() => read(hex), { status: 400, message }))
})
