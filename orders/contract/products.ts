import { endpoint, Forbidden, InvalidCursor, InvalidSort, NotFound, patch, problem, stream } from 'throughline/contract'
import * as z from 'zod'
import { Id } from './id.ts'
import { After, Limit, listOf } from './list.ts'
import { Amount, Currency } from './money.ts'
import { line, prose } from './text.ts'

export const productSorts = ['name', 'price', 'sku', 'stock'] as const

export const Sku = z
  .string()
  .max(40)
  .regex(/^[A-Z0-9]+(-[A-Z0-9]+)*$/)
  .meta({ id: 'Sku', description: 'What a warehouse calls it: upper case letters, digits, single hyphens.', examples: ['PHONE-001'] })

export const SkuTaken = problem('sku-taken', 409, undefined, {
  title: 'SKU taken',
  detail: () => 'Another product has this SKU.',
  at: 'sku',
})

export const ProductInUse = problem('product-in-use', 409, undefined, {
  title: 'Product in use',
  detail: () => 'There are orders for this product: its SKU stays, and so does the product.',
})

const details = {
  sku: Sku,
  name: line(120),
  description: prose(2000),
  category: line(60),
  brand: line(60),
  price: Amount,
  currency: Currency,
  stock: z.int().min(0).max(1_000_000_000).describe('Pieces that can be ordered now.'),
}

const example = {
  sku: 'PHONE-001',
  name: 'Aster Phone',
  description: 'A phone by Aster, made to be repaired and guaranteed for 2 years.',
  category: 'electronics',
  brand: 'Aster',
  price: 240.5,
  currency: 'USD',
  stock: 120,
}

export const Product = z
  .object({ id: z.uuid(), ...details })
  .meta({ id: 'Product', examples: [{ id: '0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b', ...example }] })

export const NewProduct = z
  .object({ ...details, description: details.description.default(''), currency: Currency.default('USD'), stock: details.stock.default(0) })
  .meta({ id: 'NewProduct', examples: [example] })

/** All that can be changed about a product. */
export const ProductDetails = z.object(details).meta({ id: 'ProductDetails', examples: [example] })

const ProductParams = z.object({ productId: Id })

export const ProductQuery = z.object({
  q: line(200).optional().describe('Words that name, description, brand or SKU must all contain, in any order and case.'),
  category: line(60).optional().describe('Exactly this category.'),
  brand: line(60).optional().describe('Exactly this brand.'),
  minPrice: Amount.optional().describe('This price or more, in units of the currency.'),
  maxPrice: Amount.optional().describe('This price or less.'),
  sort: z
    .string()
    .max(100)
    .default('name')
    .describe(`Fields separated by commas, \`-\` in front of one for descending. Allowed: ${productSorts.join(', ')}.`)
    .meta({ examples: ['-price,name'] }),
  page: z.int().min(1).max(1_000_000).optional().describe('Counts from 1. A page beyond the last one is empty.'),
  limit: Limit,
  after: After.optional().describe(
    'A cursor from `links.next`, used as it is. Empty (`after=`) gives the first page and, from there on, cursors.',
  ),
})

/** @deprecated Version 2 says a price together with its currency: `products-v2.ts`. */
export const listProducts = endpoint('GET /products', {
  summary: 'Search the catalogue',
  priority: 'low',
  description: 'By page, or by cursor for those who read it all: pages shift when products come and go, cursors do not.',
  tags: ['Catalogue'],
  auth: 'none',
  query: ProductQuery,
  returns: listOf(Product, 'ProductList'),
  produces: ['application/json', 'application/msgpack', 'application/x-ndjson', 'text/csv'],
  rows: 'data',
  etag: true,
  cache: { scope: 'public', maxAge: 10, staleWhileRevalidate: 60 },
  deprecated: { since: '2026-09-01', sunset: '2027-09-01', successor: '/api/v2/products', docs: '/docs' },
  errors: [InvalidSort, InvalidCursor],
})

export const exportProducts = endpoint('GET /products/export', {
  summary: 'Download the catalogue',
  priority: 'low',
  description: 'For administrators: every product that the filters let through, as lines of JSON or as a table.',
  tags: ['Catalogue'],
  auth: 'user',
  query: ProductQuery.omit({ page: true, limit: true, after: true }),
  returns: stream(Product),
  produces: ['application/x-ndjson', 'text/csv'],
  errors: [Forbidden, InvalidSort],
})

export const readProduct = endpoint('GET /products/{productId}', {
  summary: 'Read a product',
  priority: 'low',
  tags: ['Catalogue'],
  auth: 'none',
  params: ProductParams,
  badParams: 404,
  returns: Product,
  etag: true,
  cache: { scope: 'public' },
  errors: [NotFound],
})

export const createProduct = endpoint('POST /products', {
  summary: 'Add a product to the catalogue',
  description: 'For administrators.',
  tags: ['Catalogue'],
  auth: 'user',
  body: NewProduct,
  returns: Product,
  location: '/products/{id}',
  errors: [Forbidden, SkuTaken],
})

export const changeProduct = endpoint('PATCH /products/{productId}', {
  summary: 'Change a product',
  description: 'For administrators. Orders change its stock, and with it its version.',
  tags: ['Catalogue'],
  auth: 'user',
  params: ProductParams,
  badParams: 404,
  body: patch(ProductDetails),
  ifMatch: 'optional',
  returns: Product,
  errors: [Forbidden, NotFound, SkuTaken, ProductInUse],
})

export const removeProduct = endpoint('DELETE /products/{productId}', {
  summary: 'Take a product out of the catalogue',
  description: 'For administrators, while nobody has ordered it.',
  tags: ['Catalogue'],
  auth: 'user',
  params: ProductParams,
  badParams: 404,
  ifMatch: 'optional',
  errors: [Forbidden, NotFound, ProductInUse],
})

export type Product = z.output<typeof Product>
export type ProductDetails = z.output<typeof ProductDetails>
export type NewProduct = z.output<typeof NewProduct>
export type ProductQuery = z.output<typeof ProductQuery>
export type ProductSort = (typeof productSorts)[number]
