import { implement } from 'throughline/http'
import * as contract from '../../contract/products.ts'
import type { ProductService } from '../domain/products.ts'
import { toList } from './list.ts'
import { toReply, unchanged } from './versioned.ts'

export const productsApi = (products: ProductService) =>
  implement(contract, {
    listProducts: async ({ url, query }) => toList(url, await products.list(query)),
    exportProducts: ({ actor, query }) => products.export(actor, query),
    readProduct: async ({ params }) => toReply(await products.read(params.productId)),
    createProduct: ({ actor, body }) => products.create(actor, body),
    changeProduct: async (c) => toReply(await products.change(c.actor, c.params.productId, { to: c.body, unchanged: unchanged(c) })),
    removeProduct: (c) => products.remove(c.actor, c.params.productId, unchanged(c)),
  })
