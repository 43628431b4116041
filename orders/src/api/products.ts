import { implement } from 'throughline/http'
import * as contract from '../../contract/products.ts'
import type { ProductService } from '../domain/products.ts'
import { toList } from './list.ts'

export const productsApi = (products: ProductService) =>
  implement(contract, {
    listProducts: async ({ url, query }) => toList(url, await products.list(query)),
    readProduct: ({ params }) => products.read(params.productId),
    createProduct: ({ actor, body }) => products.create(actor, body),
  })
