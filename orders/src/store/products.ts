import { sql, type Keyset, type Queryable } from 'throughline/db'
import type { ProductFilter, ProductStore, StoredProduct } from '../domain/ports.ts'
import { toKeyset } from './stretch.ts'
import { on } from './tables.ts'

const columns = ['id', 'sku', 'name', 'description', 'category', 'brand', 'price', 'currency', 'stock', 'version'] as const

export const productStore = (pages: Keyset): ProductStore => ({
  async insert(tx, products) {
    await on(tx)
      .insertInto('products')
      .values([...products])
      .execute()
  },

  async find(db, id) {
    const row = await on(db).selectFrom('products').select(columns).where('id', '=', id).executeTakeFirst()
    return row && toStoredProduct(row)
  },

  async lock(tx, id) {
    const row = await on(tx).selectFrom('products').select(columns).where('id', '=', id).forUpdate().executeTakeFirst()
    return row && toStoredProduct(row)
  },

  async update(tx, { id, ...product }) {
    await on(tx).updateTable('products').set(product).where('id', '=', id).execute()
  },

  async remove(tx, id) {
    await on(tx).deleteFrom('products').where('id', '=', id).execute()
  },

  async list(db, { filter, sort, stretch }) {
    const query = selectProducts(db, filter).select(columns)
    const fields = [...sort, { field: 'id', descending: sort.at(-1)?.descending }]
    const order = fields.map(({ field, descending }) => [field, descending ? 'desc' : 'asc'] as const)
    const { items, next } = await pages.page('offset' in stretch ? query.offset(stretch.offset) : query, {
      ...toKeyset(stretch),
      order,
      scope: filter,
    })
    return { items: items.map(toStoredProduct), next }
  },

  async count(db, filter) {
    const { count } = await selectProducts(db, filter)
      .select((query) => query.fn.countAll<string>().as('count'))
      .executeTakeFirstOrThrow()
    return Number(count)
  },
})

function selectProducts(db: Queryable, { words, category, brand, minPrice, maxPrice }: ProductFilter) {
  let query = on(db).selectFrom('products')
  for (const word of words) query = query.where(sql<boolean>`strpos(words, ${word}) > 0`)
  if (category !== undefined) query = query.where('category', '=', category)
  if (brand !== undefined) query = query.where('brand', '=', brand)
  if (minPrice !== undefined) query = query.where('price', '>=', String(minPrice))
  if (maxPrice !== undefined) query = query.where('price', '<=', String(maxPrice))
  return query
}

function toStoredProduct({ price, ...row }: Omit<StoredProduct, 'price'> & { price: string }): StoredProduct {
  return { ...row, price: Number(price) }
}
