import { sql } from 'throughline/db'
import type { OrderedLine, Priced, StockStore } from '../domain/ports.ts'
import { on } from './tables.ts'

export const stockStore: StockStore = {
  async take(tx, lines) {
    const { rows } = await sql<{ sku: string; price: string; currency: Priced['currency'] }>`
      update products set stock = stock - wanted.quantity
      from ${unnest(lines)} as wanted (sku, quantity)
      where products.sku = wanted.sku and stock >= wanted.quantity
      returning products.sku, price, currency`.execute(on(tx))
    return rows.map((row) => ({ ...row, price: Number(row.price) }))
  },

  async putBack(tx, lines) {
    await sql`
      update products set stock = stock + returned.quantity
      from ${unnest(lines)} as returned (sku, quantity)
      where products.sku = returned.sku`.execute(on(tx))
  },

  async left(db, sku) {
    const row = await on(db).selectFrom('products').select('stock').where('sku', '=', sku).executeTakeFirst()
    return row?.stock
  },
}

/** Rows are locked in the order in which they come: sorted, so that two orders for the same things wait for each other and never in a circle. */
function unnest(lines: readonly OrderedLine[]) {
  const sorted = lines.toSorted((one, other) => (one.sku < other.sku ? -1 : 1))
  return sql`unnest(${sorted.map(({ sku }) => sku)}::text[], ${sorted.map(({ quantity }) => quantity)}::int[])`
}
