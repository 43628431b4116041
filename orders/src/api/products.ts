import { implement } from 'throughline/http'
import * as contract from '../../contract/products.ts'
import * as contractV2 from '../../contract/products-v2.ts'
import type { ProductService } from '../domain/products.ts'
import { toList } from './list.ts'
import { toReply, unchanged } from './versioned.ts'

const { listProducts, readProduct, ...managed } = contract

/** What everybody reads. */
export const catalogueApi = (products: ProductService) =>
  implement(
    { listProducts, readProduct },
    {
      listProducts: async ({ url, query }) => toList(url, await products.list(query)),
      readProduct: async ({ params }) => toReply(await products.read(params.productId)),
    },
  )

export const catalogueV2Api = (products: ProductService) =>
  implement(contractV2, {
    listProducts: async ({ url, query }) => {
      const page = await products.list(query)
      return toList(url, { ...page, items: page.items.map(toV2) })
    },
    readProduct: async ({ params }) => {
      const { value, version } = await products.read(params.productId)
      return toReply({ value: toV2(value), version })
    },
  })

export const productsApi = (products: ProductService) =>
  implement(managed, {
    exportProducts: ({ actor, query }) => products.export(actor, query),
    createProduct: ({ actor, body }) => products.create(actor, body),
    changeProduct: async (c) => toReply(await products.change(c.actor, c.params.productId, { to: c.body, unchanged: unchanged(c) })),
    removeProduct: (c) => products.remove(c.actor, c.params.productId, unchanged(c)),
  })

function toV2({ price: amount, currency, ...rest }: contract.Product): contractV2.Product {
  return { ...rest, price: { amount, currency } }
}
