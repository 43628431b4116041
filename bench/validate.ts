import { Ajv2020 } from 'ajv/dist/2020.js'
import fastJson from 'fast-json-stringify'
import { NewOrder, Order } from '../orders/contract/orders.ts'
import { compileSchema } from '../framework/src/contract/compile-schema.ts'
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
const broken = { lines: [{ sku: '', quantity: 0 }, { quantity: '2' }], currency: 'ZZZ' }

/** Nanoseconds a call. */
function time(run: () => unknown): number {
  const began = process.hrtime.bigint()
  for (let i = 0; i < 100_000; i++) run()
  return Number(process.hrtime.bigint() - began) / 100_000
}

/** Checking and writing the Orders API's own bodies, beside what people use for it. */
export async function run(): Promise<void> {
  const compiled = compileSchema(NewOrder, 'order')
  const written = compileSchema(Order, 'order')
  const ajv = new Ajv2020({ allErrors: true, strict: false, validateFormats: false }).compile(compiled.input)
  const ours = schema(compiled.input)['~standard'].validate
  const write = jsonWriter(written.output)
  const fjs = fastJson(JSON.parse(JSON.stringify({ ...written.output, $schema: undefined })) as object)
  const rows = [
    ...(await race('a sound order', { 'framework, Zod': () => compiled.parse(order), 'Zod alone': () => NewOrder.safeParse(order), 'framework, JSON Schema': () => ours(order), Ajv: () => ajv(order) })), // prettier-ignore
    ...(await race('six mistakes', { 'framework, Zod': () => compiled.parse(broken), 'Zod alone': () => NewOrder.safeParse(broken), 'framework, JSON Schema': () => ours(broken), Ajv: () => ajv(broken) })), // prettier-ignore
    ...(await race('writing an order', {
      framework: () => write(placed),
      'JSON.stringify': () => JSON.stringify(placed),
      'fast-json-stringify': () => fjs(placed),
    })),
  ]
  keep('validate', {
    order: 6,
    title: 'Validation and serialisation',
    method:
      'The body and the answer of `POST /api/v1/orders`, 100,000 calls a round, seven rounds in turn. The framework also looks for members that nobody declared, and the writer lets none of them out; `JSON.stringify` and Zod alone do not.',
    columns: ['', '', 'ns a call, median', 'ratio to the framework (more is slower)'],
    rows,
    chart: { names: 2, values: [2] },
  })
}

async function race(what: string, contestants: Record<string, () => unknown>): Promise<string[][]> {
  const names = Object.keys(contestants)
  const results = await alternate(names, 7, async (name) => time(contestants[name]!))
  return names.map((name, i) => [
    i === 0 ? what : '',
    name,
    spread(results[name]!).median.toFixed(0),
    show(ratios(results[name]!, results[names[0]!]!)),
  ])
}
