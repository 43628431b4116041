import { Ajv2020 } from 'ajv/dist/2020.js'
import fastJson from 'fast-json-stringify'
import { NewOrder, Order } from '../orders/contract/orders.ts'
import type { JsonSchema } from '../framework/src/contract/compiled-schema.ts'
import { compileSchema } from '../framework/src/contract/compile-schema.ts'
import { listProducts } from '../orders/contract/products.ts'
import { schema } from '../framework/src/contract/json-schema/index.ts'
import { jsonWriter } from '../framework/src/contract/json-writer.ts'
import { keep } from './lib/report.ts'
import { alternate, ratios, show, spread } from './lib/rounds.ts'

const order = { lines: [{ sku: 'PHONE-001', quantity: 2 }, { sku: 'BOOK-014', quantity: 1 }, { sku: 'DESK-003', quantity: 4 }], currency: 'USD' } // prettier-ignore
const placed = {
  id: '0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b',
  status: 'pending',
  total: 524.49,
  currency: 'USD',
  lines: order.lines.map((line) => ({ ...line, price: 249.5 })),
  createdAt: '2026-11-02T09:30:00.000Z',
}
const products = Array.from({ length: 20 }, (_, i) => ({
  id: `0199a1b2-7c3d-7e4f-8a5b-${String(i * 7919).padStart(12, '0')}`,
  sku: `ITEM-${100 + i}`,
  name: `Phone number ${i}`,
  description: `The phone that lasts, guaranteed for ${1 + (i % 5)} years.`,
  category: 'phones',
  brand: ['Aster', 'Boreal', 'Cirrus'][i % 3]!,
  price: 19.5 + i * 7,
  currency: 'USD',
  stock: i * 13,
}))
const page = { data: products, meta: { page: 1, limit: 20, total: 200, hasMore: true }, links: { self: '/api/v1/products', next: '/api/v1/products?page=2', prev: null } } // prettier-ignore
const broken = { lines: [{ sku: '', quantity: 0 }, { quantity: '2' }], currency: 'ZZZ' }

const calls = 100_000

/** Nanoseconds a call, or a piece where a call does several. */
function time(run: () => unknown, pieces: number): number {
  const began = process.hrtime.bigint()
  for (let i = 0; i < calls; i += pieces) run()
  return Number(process.hrtime.bigint() - began) / calls
}

/** Checking and writing the Orders API's own bodies, beside what people use for it. */
export async function run(): Promise<void> {
  const compiled = compileSchema(NewOrder, 'order')
  const ajv = new Ajv2020({ allErrors: true, strict: false, validateFormats: false }).compile(compiled.input)
  const ours = schema(compiled.input)['~standard'].validate
  const rows = [
    ...(await race('a sound order', { 'framework, Zod': () => compiled.parse(order), 'Zod alone': () => NewOrder.safeParse(order), 'framework, JSON Schema': () => ours(order), Ajv: () => ajv(order) })), // prettier-ignore
    ...(await race('six mistakes', { 'framework, Zod': () => compiled.parse(broken), 'Zod alone': () => NewOrder.safeParse(broken), 'framework, JSON Schema': () => ours(broken), Ajv: () => ajv(broken) })), // prettier-ignore
    ...(await writing('an order', compileSchema(Order, 'order').output, placed)),
    ...(await writing('a product of 20', compileSchema(listProducts.promises.returns!, 'products').output, page)),
  ]
  keep('validate', {
    order: 6,
    title: 'Validation and serialisation',
    method:
      'The body and the answer of `POST /api/v1/orders`, and a page of 20 products by the product: 100,000 calls a round, seven rounds in turn. The framework also looks for members that nobody declared, and the writer lets none of them out; `JSON.stringify` and Zod alone do not. What is joined of many pieces is put into one place only on its way to the socket, so that writing is measured twice: to the text, and to its bytes.',
    columns: ['', '', 'ns a call, median', 'ratio to the framework (more is slower)'],
    rows,
    chart: { names: 2, values: [2] },
  })
}

/** To a text, and on to the bytes that leave. */
async function writing(what: string, output: JsonSchema, value: object): Promise<string[][]> {
  const pieces = 'data' in value ? products.length : 1
  const write = jsonWriter(output)
  const fjs = fastJson(JSON.parse(JSON.stringify({ ...output, $schema: undefined })) as object)
  const texts: Record<string, () => string> = {
    framework: () => write(value),
    'JSON.stringify': () => JSON.stringify(value),
    'fast-json-stringify': () => fjs(value),
  }
  const bytes = Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, () => Buffer.from(text())]))
  return [...(await race(`writing ${what}`, texts, pieces)), ...(await race(`${what}, as bytes`, bytes, pieces))]
}

async function race(what: string, contestants: Record<string, () => unknown>, pieces = 1): Promise<string[][]> {
  const names = Object.keys(contestants)
  const results = await alternate(names, 7, async (name) => time(contestants[name]!, pieces))
  return names.map((name, i) => [
    i === 0 ? what : '',
    name,
    spread(results[name]!).median.toFixed(0),
    show(ratios(results[name]!, results[names[0]!]!)),
  ])
}
