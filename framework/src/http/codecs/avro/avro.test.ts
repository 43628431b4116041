import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as z from 'zod'
import { compileSchema } from '../../../contract/compile-schema.ts'
import { avro, fingerprint, toAvroSchema, type AvroSchema } from './avro.ts'

const where = 'POST /orders body'
const jsonOf = (schema: z.ZodType) => compileSchema(schema, 'x').output
const Order = jsonOf(z.object({ id: z.string(), count: z.int(), note: z.string().optional() }).meta({ title: 'Order' }))
const write = (value: unknown, schema = Order) => Buffer.from(avro().writer!(schema, where)(value) as Uint8Array)
const header = write({ id: '', count: 0 }).subarray(0, 10)
const payload = (hex: string) => Buffer.concat([header, Buffer.from(hex, 'hex')])

describe('Avro', () => {
  it('makes a schema of the contract · M04.5', () => {
    assert.deepEqual(toAvroSchema(Order, where), {
      type: 'record',
      name: 'Order',
      fields: [
        { name: 'id', type: 'string' },
        { name: 'count', type: 'long' },
        { name: 'note', type: ['null', 'string'], default: null },
      ],
    })
  })

  it('writes the single-object encoding · M04.5', () => {
    const bytes = write({ id: 'a', count: -2, note: 'x' })
    assert.equal(bytes.toString('hex', 0, 2), 'c301')
    assert.equal(bytes.toString('hex', 10), '0261' + '03' + '020278')
  })

  const known: [schema: string, print: bigint][] = [
    ['"null"', 0x63dd24e7cc258f8an],
    ['"int"', 0x7275d51a3f395c8fn],
    ['"string"', 0x8f014872634503c7n],
  ]
  for (const [schema, print] of known)
    it(`gives ${schema} the fingerprint of the specification`, () => assert.equal(fingerprint(schema), print))

  it('reads what older writers wrote: new members get nothing, dropped ones are left out, int becomes long · M04.5', () => {
    const older: AvroSchema = {
      type: 'record',
      name: 'Order',
      fields: [
        { name: 'colour', type: 'string' },
        { name: 'id', type: 'string' },
        { name: 'count', type: 'int' },
      ],
    }
    const read = avro({ writers: [older] }).reader!(Order, where)
    const mark = Buffer.alloc(10)
    mark.set([0xc3, 0x01])
    mark.writeBigUInt64LE(fingerprint(JSON.stringify({ name: 'Order', type: 'record', fields: older['fields' as never] })), 2)
    assert.deepEqual(read(Buffer.concat([mark, Buffer.from('06726564' + '0261' + '04', 'hex')])), { id: 'a', count: 2 })
    assert.throws(() => avro().reader!(Order, where)(mark), { code: 'bad-request', message: /not written by a schema/ })
  })

  it('does not start where an older schema cannot be resolved · M04.5', () => {
    const older: AvroSchema = { type: 'record', name: 'Order', fields: [{ name: 'id', type: 'string' }] }
    assert.throws(() => avro({ writers: [older] }).reader!(Order, where), { code: 'contract-invalid' })
  })

  it('reads integers exactly up to 2^53 - 1, and beyond as text · M04.12', () => {
    const read = avro().reader!(Order, where)
    assert.deepEqual(read(write({ id: '', count: -(2 ** 53 - 1) })), { id: '', count: -(2 ** 53 - 1) })
    assert.deepEqual(read(payload('00' + 'ffffffffffffffffff01' + '00')), { id: '', count: '-9223372036854775808' })
  })

  it('keeps members with names that Avro does not allow, and a union of records apart', () => {
    const odd = jsonOf(z.object({ 'a-b': z.string(), a_b: z.string(), '1': z.int(), any: z.record(z.string(), z.int()) }))
    const value = { 'a-b': 'x', a_b: 'y', '1': 1, any: JSON.parse('{"__proto__":1,"constructor":2}') as Record<string, number> }
    const again = avro().reader!(odd, where)(write(value, odd)) as typeof value
    assert.deepEqual({ ...again, any: Object.entries(again.any) }, { ...value, any: Object.entries(value.any) })
  })

  const lists = jsonOf(z.object({ xs: z.array(z.null()), ys: z.array(z.string()) }))
  const listHeader = write({ xs: [], ys: [] }, lists).subarray(0, 10).toString('hex')
  const refused: [why: string, hex: string, schema?: typeof lists][] = [
    ['a string longer than the body', header.toString('hex') + 'feffffff0f'],
    ['a negative length', header.toString('hex') + '0161'],
    ['a union that has no such branch', header.toString('hex') + '00' + '00' + '04'],
    ['a number of eleven bytes', header.toString('hex') + '00' + 'ff'.repeat(10) + '01'],
    ['bytes after the value', header.toString('hex') + '00000000'],
    ['four billion items of nothing', `${listHeader}feffffff1f00`, lists],
    ['four billion strings in a block', `${listHeader}00feffffff1f00`, lists],
    ['a negative block of four billion', `${listHeader}ffffffff1f0000`, lists],
    ['nothing', ''],
  ]
  for (const [why, hex, schema = Order] of refused) {
    it(`refuses ${why}`, () => assert.throws(() => avro().reader!(schema, where)(Buffer.from(hex, 'hex')), { code: 'bad-request' }))
  }
})
