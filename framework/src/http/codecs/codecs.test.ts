import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import * as z from 'zod'
import type { Codec } from '../../contract/codec.ts'
import { compileSchema } from '../../contract/compile-schema.ts'
import type { JsonSchema } from '../../contract/compiled-schema.ts'
import { openEnum } from '../../contract/fields/index.ts'
import { AppError } from '../../std/errors.ts'
import { avro } from './avro/index.ts'
import { json } from './json.ts'
import { msgpack } from './msgpack/index.ts'
import { numberFields, protobuf } from './protobuf/index.ts'
import { xml } from './xml/index.ts'

const codecs: Record<string, Codec> = { avro: avro(), json, msgpack: msgpack(), protobuf: numbered(), xml: xml() }

const Category = z.object({
  name: z.string(),
  get children() {
    return z.array(Category)
  },
})
const schemas = {
  order: z.object({
    id: z.uuid(),
    placedAt: z.iso.datetime(),
    lines: z.array(z.object({ sku: z.string(), quantity: z.int(), price: z.number() })),
    note: z.string().nullable(),
    gift: z.boolean().optional(),
    maybe: z.int().nullish(),
    tags: z.array(z.string()).optional(),
    status: z.enum(['new', 'paid']),
    counts: z.record(z.string(), z.int()),
    photo: z.base64(),
    grid: z.array(z.array(z.number())),
    payment: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('card'), last4: z.string() }),
      z.object({ kind: z.literal('cash') }),
    ]),
    either: z.union([z.string(), z.int()]),
    extra: z.unknown(),
  }),
  tree: Category,
  list: z.array(z.string().nullable()),
  text: z.string(),
  integer: z.int(),
  nothing: z.null(),
  flag: z.boolean(),
  anything: z.unknown(),
}

const text = fc.string({ unit: 'binary', maxLength: 12 }).filter((value) => value.isWellFormed())
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)
const tree = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.record({ name: text, children: fc.oneof({ maxDepth: 3 }, fc.constant([]), fc.array(tie('node'), { maxLength: 2 })) }),
})).node
const anything = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown)
const values: Record<keyof typeof schemas, fc.Arbitrary<unknown>> = {
  order: fc.record(
    {
      id: fc.uuid(),
      placedAt: fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2100-01-01') }).map((date) => date.toISOString()),
      lines: fc.array(fc.record({ sku: text, quantity: fc.maxSafeInteger(), price: number }), { maxLength: 3 }),
      note: fc.option(text),
      gift: fc.boolean(),
      maybe: fc.option(fc.integer()),
      tags: fc.array(text, { maxLength: 2 }),
      status: fc.constantFrom('new', 'paid'),
      counts: fc.dictionary(text, fc.integer(), { maxKeys: 3 }),
      photo: fc.uint8Array({ maxLength: 9 }).map((bytes) => Buffer.from(bytes).toString('base64')),
      grid: fc.array(fc.array(number, { maxLength: 2 }), { maxLength: 2 }),
      payment: fc.oneof(fc.record({ kind: fc.constant('card'), last4: text }), fc.constant({ kind: 'cash' })),
      either: fc.oneof(text, fc.constant('42'), fc.integer()),
      extra: anything,
    },
    { requiredKeys: ['id', 'placedAt', 'lines', 'note', 'status', 'counts', 'photo', 'grid', 'payment', 'either', 'extra'] },
  ),
  tree,
  list: fc.array(fc.option(text), { maxLength: 4 }),
  text,
  integer: fc.maxSafeInteger(),
  nothing: fc.constant(null),
  flag: fc.boolean(),
  anything,
}

/** Protobuf with the numbers of all schemas above. */
function numbered(): Codec {
  return {
    mediaType: 'application/x-protobuf',
    writer: (schema, where) => protobuf({ numbers: numberFields(schema, where) }).writer!(schema, where),
    reader: (schema, where) => protobuf({ numbers: numberFields(schema, where) }).reader!(schema, where),
  }
}

function pair(codec: Codec, schema: JsonSchema) {
  const write = codec.writer!(schema, 'POST /orders body')
  const read = codec.reader!(schema, 'POST /orders body')
  return { write: (value: unknown) => Buffer.from(write(value) as string), read }
}

for (const [name, codec] of Object.entries(codecs)) {
  describe(`the codec ${name}`, () => {
    for (const kind of Object.keys(schemas) as (keyof typeof schemas)[]) {
      const schema = compileSchema(schemas[kind] as z.ZodType, kind).output
      const { read, write } = pair(codec, schema)

      it(`gives back the same ${kind} that it wrote · M04.9`, () => {
        fc.assert(
          fc.property(values[kind], (value) => {
            // Equal as JSON, so that members that are undefined count as absent.
            assert.deepEqual(JSON.parse(JSON.stringify(read(write(value)))), JSON.parse(JSON.stringify(value)))
          }),
          { numRuns: 60, seed: 42 },
        )
      })

      it(`ends with a value or a problem when the bytes of ${kind} were changed`, () => {
        const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 })
        fc.assert(
          fc.property(values[kind], changes, fc.nat(), (value, at, cut) => {
            const good = write(value)
            const bytes = Buffer.from(good.subarray(0, cut % 3 === 0 ? cut % (good.length + 1) : good.length))
            for (const [index, byte] of at) if (bytes.length > 0) bytes[index % bytes.length] = byte
            survives(read, bytes)
          }),
          { numRuns: 150, seed: 43 },
        )
      })

      it(`ends with a value or a problem for any bytes in place of ${kind}`, () => {
        fc.assert(
          fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => survives(read, bytes)),
          { numRuns: 150, seed: 44 },
        )
      })
    }

    it('keeps what is not yet known in an open enum · M04.22', () => {
      const { output } = compileSchema(z.object({ carrier: openEnum(['dhl', 'ups']) }), 'x')
      const { read, write } = pair(codec, output)
      assert.deepEqual(JSON.parse(JSON.stringify(read(write({ carrier: 'drone' })))), { carrier: 'drone' })
    })

    it('lets only declared members leave · M04.26', () => {
      const schema = compileSchema(z.object({ id: z.string() }), 'x').output
      const { read, write } = pair(codec, schema)
      assert.deepEqual(JSON.parse(JSON.stringify(read(write({ id: 'a', passwordHash: 'secret' })))), { id: 'a' })
    })
  })
}

function survives(read: (bytes: Uint8Array) => unknown, bytes: Uint8Array): void {
  try {
    read(bytes)
  } catch (error) {
    assert.ok(error instanceof AppError && error.status < 500, error instanceof Error ? error.stack : String(error))
  }
}
