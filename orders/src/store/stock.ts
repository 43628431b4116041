import { sql, type Tx } from 'throughline/db'
import type { OrderedLine, Priced, StockStore } from '../domain/ports.ts'
import { on } from './tables.ts'

type PricedRow = Omit<Priced, 'price'> & { price: string }

export const stockStore: StockStore = {
  async take(tx, lines) {
    const answers = await each(lines, ({ sku, quantity }) =>
      sql<PricedRow>`
        update products set stock = stock - ${quantity}, version = version + 1 where sku = ${sku} and stock >= ${quantity}
        returning sku, price, currency`.execute(on(tx)),
    )
    return answers.flatMap(({ rows }) => rows.map((row) => ({ ...row, price: Number(row.price) })))
  },

  async putBack(tx: Tx, lines) {
    await each(lines, ({ sku, quantity }) =>
      sql`update products set stock = stock + ${quantity}, version = version + 1 where sku = ${sku}`.execute(on(tx)),
    )
  },

  async known(db, skus) {
    const { rows } = await sql<{ sku: string }>`select sku from products where sku = any(${skus}::text[])`.execute(on(db))
    return rows.map(({ sku }) => sku)
  },

  async left(db, sku) {
    const row = await on(db).selectFrom('products').select('stock').where('sku', '=', sku).executeTakeFirst()
    return row?.stock
  },
}

/**
 * A statement a line, all of them in one flight: each is planned once, where one statement for a list would be planned every time.
 * They run in the order of SKUs, so that two orders for the same things wait for each other and never in a circle.
 */
function each<Answer>(lines: readonly OrderedLine[], run: (line: OrderedLine) => Promise<Answer>): Promise<Answer[]> {
  return Promise.all(lines.toSorted((one, other) => (one.sku < other.sku ? -1 : 1)).map(run))
}
