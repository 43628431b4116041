import { gzipSync } from 'node:zlib'
import { Order } from '../orders/contract/orders.ts'
import { listProducts } from '../orders/contract/products.ts'
import type { Codec } from '../framework/src/contract/codec.ts'
import { compileSchema } from '../framework/src/contract/compile-schema.ts'
import { avro } from '../framework/src/http/codecs/avro/index.ts'
import { json } from '../framework/src/http/codecs/json.ts'
import { msgpack } from '../framework/src/http/codecs/msgpack/index.ts'
import { numberFields, protobuf } from '../framework/src/http/codecs/protobuf/index.ts'
import { xml } from '../framework/src/http/codecs/xml/index.ts'
import { keep } from './lib/report.ts'
import { alternate, spread } from './lib/rounds.ts'

const line = { sku: 'PHONE-001', quantity: 2, price: 249.5 }
const order = { id: '0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b', status: 'pending', total: 1247.5, currency: 'USD', lines: [line, line, { ...line, quantity: 1 }], createdAt: '2026-11-02T09:30:00.000Z' } // prettier-ignore
const kinds = ['Phone', 'Lamp', 'Desk', 'Kettle']
const products = Array.from({ length: 20 }, (_, i) => ({
  id: `0199a1b2-7c3d-7e4f-8a5b-${String(i * 7919).padStart(12, '0')}`,
  sku: `ITEM-${100 + i}`,
  name: `${kinds[i % 4]} number ${i}`,
  description: `The ${kinds[i % 4]!.toLowerCase()} that lasts, guaranteed for ${1 + (i % 5)} years.`,
  category: kinds[i % 4]!.toLowerCase(),
  brand: ['Aster', 'Boreal', 'Cirrus'][i % 3]!,
  price: 19.5 + i * 7,
  currency: 'USD',
  stock: i * 13,
}))
const page = { data: products, meta: { page: 1, limit: 20, total: 200, hasMore: true }, links: { self: '/api/v1/products', next: '/api/v1/products?page=2', prev: null } } // prettier-ignore

/** Microseconds a call. */
function time(run: () => unknown): number {
  const began = process.hrtime.bigint()
  for (let i = 0; i < 1000; i++) run()
  return Number(process.hrtime.bigint() - began) / 1_000_000
}

/** Size and speed of the five formats on the application's own answers. */
export async function run(): Promise<void> {
  const rows = [
    ...(await compare('an order', compileSchema(Order, 'order').output, order)),
    ...(await compare('20 products', compileSchema(listProducts.promises.returns!, 'products').output, page)),
  ]
  keep('formats', {
    order: 7,
    title: 'Formats',
    method:
      'Answers of the Orders API in each format, 1,000 calls a round, five rounds in turn. Writing lets only declared members out; reading includes the checks that make hostile bytes harmless, but not validation.',
    columns: ['', '', 'bytes', 'gzipped', 'written, µs', 'read, µs'],
    rows,
    chart: { names: 2, values: [4, 5] },
  })
}

async function compare(what: string, schema: ReturnType<typeof compileSchema>['output'], value: unknown): Promise<string[][]> {
  const where = 'GET /bench returns'
  const codecs: Record<string, Codec> = {
    JSON: json,
    MessagePack: msgpack(),
    Protobuf: protobuf({ numbers: numberFields(schema, where) }),
    Avro: avro(),
    XML: xml(),
  }
  const ready = Object.entries(codecs).map(([name, codec]) => {
    const write = codec.writer!(schema, where)
    const read = codec.reader!(schema, where)
    const bytes = Buffer.from(write(value) as string)
    return { name, bytes, write: () => write(value), read: () => read(bytes) }
  })
  const byName = Object.fromEntries(ready.map((one) => [one.name, one]))
  const names = Object.keys(byName)
  const written = await alternate(names, 5, async (name) => time(byName[name]!.write))
  const read = await alternate(names, 5, async (name) => time(byName[name]!.read))
  const micros = (values: number[]) => spread(values).median.toFixed(1)
  return ready.map(({ name, bytes }, i) => [
    i === 0 ? what : '',
    name,
    String(bytes.length),
    String(gzipSync(bytes).length),
    micros(written[name]!),
    micros(read[name]!),
  ])
}
