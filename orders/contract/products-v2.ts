import { endpoint, InvalidCursor, InvalidSort, NotFound } from 'throughline/contract'
import * as z from 'zod'
import { listOf } from './list.ts'
import { Amount, Currency } from './money.ts'
import * as v1 from './products.ts'

/** A price that cannot be read without its currency: what version 2 of the catalogue is for. */
const Price = z.object({ amount: Amount, currency: Currency }).meta({ id: 'Price', examples: [{ amount: 240.5, currency: 'USD' }] })

export const Product = v1.Product.omit({ currency: true }).extend({ price: Price }).meta({ id: 'ProductV2' })

export const listProducts = endpoint('GET /products', {
  ...v1.listProducts.promises,
  deprecated: false,
  description: 'As in version 1, but a price carries its currency.',
  returns: listOf(Product, 'ProductListV2'),
  produces: ['application/json', 'application/msgpack', 'application/x-ndjson'],
  errors: [InvalidSort, InvalidCursor],
})

export const readProduct = endpoint('GET /products/{productId}', {
  ...v1.readProduct.promises,
  returns: Product,
  errors: [NotFound],
})

export type Product = z.output<typeof Product>
