import { NotFound } from 'throughline/contract'
import type { Actor, Ids } from 'throughline/std'
import { productSorts, type NewProduct, type Product, type ProductQuery } from '../../contract/products.ts'
import { toAmount, toMinor } from './money.ts'
import { mapPage, stretch, toPage, type Page } from './page.ts'
import { mayAddProducts } from './policies.ts'
import type { Database, ProductFilter, ProductStore, StoredProduct } from './ports.ts'
import { parseSort } from './sort.ts'

interface Needs {
  db: Database
  products: ProductStore
  ids: Ids
}

export type ProductService = ReturnType<typeof productService>

export const productService = ({ db, products, ids }: Needs) => ({
  async list(query: ProductQuery): Promise<Page<Product>> {
    const asked = { filter: toFilter(query), sort: parseSort(query.sort, productSorts), stretch: stretch(query) }
    const [found, total] = await Promise.all([products.list(db, asked), products.count(db, asked.filter)])
    return mapPage(toPage(asked.stretch, found, total), toProduct)
  },

  async read(id: string): Promise<Product> {
    const product = await products.find(db, id)
    if (product === undefined) throw NotFound()
    return toProduct(product)
  },

  async create(actor: Actor, input: NewProduct): Promise<Product> {
    mayAddProducts(actor)
    const product = { ...input, id: ids.next(), price: toMinor(input.price) }
    await db.transaction((tx) => products.insert(tx, [product]))
    return toProduct(product)
  },
})

function toFilter({ q, category, brand, minPrice, maxPrice }: ProductQuery): ProductFilter {
  return {
    words: q === undefined ? [] : q.toLowerCase().split(/\s+/u),
    category,
    brand,
    minPrice: minPrice === undefined ? undefined : toMinor(minPrice),
    maxPrice: maxPrice === undefined ? undefined : toMinor(maxPrice),
  }
}

function toProduct(product: StoredProduct): Product {
  return { ...product, price: toAmount(product.price) }
}
