import { sql } from 'throughline/db'
import type { OrderedLine, Shelf, StockStore } from '../domain/ports.ts'
import { on } from './tables.ts'

export const stockStore: StockStore = {
  /** One round trip for all lines. Everybody locks in the order of SKUs: two orders for the same things cannot deadlock. */
  async reserve(tx, lines) {
    const { rows } = await sql<Omit<Shelf, 'price'> & { price: string }>`
      with wanted as (
        select * from unnest(${skusOf(lines)}::text[], ${quantitiesOf(lines)}::int[]) as wanted (sku, quantity)
      ), shelf as (
        select product.id, product.sku, product.price, product.currency, product.stock, wanted.quantity
        from products product join wanted on product.sku = wanted.sku
        order by product.sku
        for no key update of product
      ), taken as (
        update products set stock = products.stock - shelf.quantity
        from shelf
        where products.id = shelf.id
          and (select count(*) from shelf) = ${lines.length}
          and not exists (select from shelf short where short.stock < short.quantity)
      )
      select sku, price, currency, stock as left from shelf`.execute(on(tx))
    return rows.map((row) => ({ ...row, price: Number(row.price) }))
  },

  async putBack(tx, lines) {
    await sql`
      with returned as (
        select product.id, returned.quantity
        from products product
        join unnest(${skusOf(lines)}::text[], ${quantitiesOf(lines)}::int[]) as returned (sku, quantity) on product.sku = returned.sku
        order by product.sku
        for no key update of product
      )
      update products set stock = products.stock + returned.quantity from returned where products.id = returned.id`.execute(on(tx))
  },
}

function skusOf(lines: readonly OrderedLine[]): string[] {
  return lines.map(({ sku }) => sku)
}

function quantitiesOf(lines: readonly OrderedLine[]): number[] {
  return lines.map(({ quantity }) => quantity)
}
