import { NotFound } from 'throughline/contract'
import type { Actor, Ids } from 'throughline/std'
import { productSorts, type NewProduct, type Product, type ProductDetails, type ProductQuery } from '../../contract/products.ts'
import { toAmount, toMinor } from './money.ts'
import { mapPage, stretch, toPage, type Found, type Page } from './page.ts'
import { mayAddProducts, mayChangeProducts } from './policies.ts'
import type { Database, ProductFilter, ProductStore, StoredProduct } from './ports.ts'
import { parseSort } from './sort.ts'
import type { Change, Unchanged, Versioned } from './versioned.ts'

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

  /** Every one of them, some at a time: of what changes meanwhile, some is in it and some is not. */
  async *export(actor: Actor, query: Omit<ProductQuery, 'page' | 'limit' | 'after'>): AsyncGenerator<Product, void> {
    mayChangeProducts(actor)
    const asked = { filter: toFilter(query), sort: parseSort(query.sort, productSorts) }
    for (let after: string | undefined = ''; after !== undefined;) {
      const found: Found<StoredProduct> = await products.list(db, { ...asked, stretch: { limit: 500, after } })
      for (const product of found.items) yield toProduct(product)
      after = found.next
    }
  },

  read: async (id: string): Promise<Versioned<Product>> => toVersioned(existing(await products.find(db, id))),

  async create(actor: Actor, input: NewProduct): Promise<Product> {
    mayAddProducts(actor)
    const product = { ...input, id: ids.next(), price: toMinor(input.price), version: 1 }
    await db.transaction((tx) => products.insert(tx, [product]))
    return toProduct(product)
  },

  async change(actor: Actor, id: string, { to, unchanged }: Change<ProductDetails>): Promise<Versioned<Product>> {
    mayChangeProducts(actor)
    return db.transaction(async (tx) => {
      const product = existing(await products.lock(tx, id))
      unchanged(product)
      const { id: _, ...details } = toProduct(product)
      const next = await to(details)
      const changed = { ...product, ...next, price: toMinor(next.price), version: product.version + 1 }
      await products.update(tx, changed)
      return toVersioned(changed)
    })
  },

  async remove(actor: Actor, id: string, unchanged: Unchanged): Promise<void> {
    mayChangeProducts(actor)
    await db.transaction(async (tx) => {
      unchanged(existing(await products.lock(tx, id)))
      await products.remove(tx, id)
    })
  },
})

function existing(product: StoredProduct | undefined): StoredProduct {
  if (product === undefined) throw NotFound()
  return product
}

function toVersioned(product: StoredProduct): Versioned<Product> {
  return { value: toProduct(product), version: product.version }
}

function toFilter({
  q,
  category,
  brand,
  minPrice,
  maxPrice,
}: Pick<ProductQuery, 'q' | 'category' | 'brand' | 'minPrice' | 'maxPrice'>): ProductFilter {
  return {
    words: q === undefined ? [] : q.toLowerCase().split(/\s+/u),
    category,
    brand,
    minPrice: minPrice === undefined ? undefined : toMinor(minPrice),
    maxPrice: maxPrice === undefined ? undefined : toMinor(maxPrice),
  }
}

function toProduct(product: StoredProduct): Product {
  const { version: _, ...shown } = product
  return { ...shown, price: toAmount(product.price) }
}
