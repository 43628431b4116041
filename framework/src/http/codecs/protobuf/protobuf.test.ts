import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import protobufjs from 'protobufjs'
import * as z from 'zod'
import { compileSchema } from '../../../contract/compile-schema.ts'
import { numberFields, protobuf, toProto, type FieldNumbers } from './index.ts'

const jsonOf = (schema: z.ZodType) => compileSchema(schema, 'x').output
const Order = jsonOf(z.object({ id: z.string(), 'line-count': z.int(), note: z.string().nullable() }).meta({ title: 'Order' }))
const numbers: FieldNumbers = { Order: { id: 1, old: 2, 'line-count': 3, note: 4 }, OrderNoteOrNull: { value: 1 } }
const where = 'GET /orders/{id} returns'

function bytesOf(value: unknown, by: FieldNumbers = numbers, schema = Order): Buffer {
  return Buffer.from(protobuf({ numbers: by }).writer!(schema, where)(value) as Uint8Array)
}

describe('Protobuf', () => {
  it('writes the wire format of proto3 under the numbers that it was given · M04.3', () => {
    assert.equal(bytesOf({ id: 'a', 'line-count': 2, note: null }).toString('hex'), '0a0161' + '1802' + '2200')
    assert.equal(bytesOf({ id: '', 'line-count': 0, note: '' }).toString('hex'), '0a00' + '1800' + '22020a00')
  })

  it('describes itself so that another implementation reads the same bytes · M04.3', () => {
    const proto = toProto(Order, where, numbers)
    assert.equal(
      proto,
      [
        'syntax = "proto3";',
        '',
        'message Order {',
        '  reserved 2;',
        '  optional string id = 1 [json_name = "id"];',
        '  optional int64 line_count = 3 [json_name = "line-count"];',
        '  optional OrderNoteOrNull note = 4 [json_name = "note"];',
        '}',
        '',
        'message OrderNoteOrNull {',
        '  optional string value = 1 [json_name = "value"];',
        '}',
        '',
      ].join('\n'),
    )
    const theirs = protobufjs.parse(proto, { keepCase: true }).root.lookupType('Order')
    const read = theirs.toObject(theirs.decode(bytesOf({ id: 'a', 'line-count': 2, note: 'x' })), { longs: Number })
    assert.deepEqual(read, { id: 'a', line_count: 2, note: { value: 'x' } })
  })

  it('does not start with a field that has no number, or one that is taken: nothing is ever renumbered silently · M04.3', () => {
    const { note: _note, ...without } = numbers['Order']!
    assert.throws(() => bytesOf({}, { ...numbers, Order: without }), { code: 'contract-invalid', message: /Order\.note has no number/ })
    assert.throws(() => bytesOf({}, { ...numbers, Order: { ...numbers['Order'], note: 1 } }), {
      code: 'contract-invalid',
      message: /Order\.id and Order\.note/,
    })
  })

  it('numbers new fields after all that ever were, and moves none · M04.3', () => {
    const grown = jsonOf(z.object({ coupon: z.string(), id: z.string(), note: z.string().nullable() }).meta({ title: 'Order' }))
    assert.deepEqual(numberFields(grown, where, numbers)['Order'], { id: 1, old: 2, 'line-count': 3, note: 4, coupon: 5 })
    const many = Object.fromEntries([['last', 18_999]])
    assert.equal(numberFields(Order, where, { Order: many })['Order']!['id'], 20_000)
  })

  it('reads what newer writers added without minding it', () => {
    const read = protobuf({ numbers }).reader!(Order, where)
    assert.deepEqual(read(Buffer.from('0a0161' + '1802' + '2200' + 'aa06026869', 'hex')), { id: 'a', 'line-count': 2, note: null })
  })

  it('reads integers beyond 2^53 as text, so that validation refuses what would be rounded · M04.12', () => {
    const read = protobuf({ numbers }).reader!(Order, where)
    assert.deepEqual(read(Buffer.from('18ffffffffffffffff7f', 'hex')), { 'line-count': '9223372036854775807' })
  })

  it('refuses a hundred levels of itself', () => {
    const tree: z.ZodType = z.object({
      get children() {
        return z.array(tree)
      },
    })
    const schema = jsonOf(tree)
    const read = protobuf({ numbers: numberFields(schema, where) }).reader!(schema, where)
    let bytes = Buffer.alloc(0)
    for (let depth = 0; depth < 300; depth++) {
      const length = protobufjs.Writer.create().uint32(10).uint32(bytes.length).finish()
      bytes = Buffer.concat([length, bytes])
    }
    assert.throws(() => read(bytes), { code: 'bad-request' })
  })
})
