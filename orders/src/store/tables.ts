import { tables, type ColumnType, type Generated } from 'throughline/db'
import type { Currency } from '../../contract/money.ts'
import type { OrderStatus } from '../../contract/orders.ts'
import type { Role } from '../../contract/users.ts'

/** Minor units: `bigint` in PostgreSQL, which comes back as text. */
export type MinorColumn = ColumnType<string, number, number>

interface Schema {
  users: { id: string; email: string; name: string; roles: Role[]; password_hash: string; version: Generated<number> }
  products: {
    id: string
    sku: string
    name: string
    description: string
    category: string
    brand: string
    price: MinorColumn
    currency: Currency
    stock: number
    version: Generated<number>
    words: ColumnType<string, never, never>
  }
  orders: {
    id: string
    buyer_id: string
    status: OrderStatus
    currency: Currency
    total: MinorColumn
    created_at: Date
    version: Generated<number>
  }
  order_lines: { order_id: string; position: number; sku: string; quantity: number; price: MinorColumn }
  accounts: { id: string; owner_id: string; currency: Currency; balance: MinorColumn }
  transfers: { id: string; from_id: string; to_id: string; currency: Currency; amount: MinorColumn; created_at: Date }
}

export const on = tables<Schema>()
