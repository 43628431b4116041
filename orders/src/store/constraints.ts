import { Conflict } from 'throughline/contract'
import type { ConstraintMap } from 'throughline/db'
import { ProductInUse, SkuTaken } from '../../contract/products.ts'
import { EmailTaken, UserInUse } from '../../contract/users.ts'

/** What callers read when the database has the last word. Constraints that are not here cannot break unless there is a bug. */
export const constraints: ConstraintMap = {
  users_email_key: () => EmailTaken(),
  orders_buyer_id_fkey: () => UserInUse(),
  accounts_owner_id_fkey: () => UserInUse(),
  transfers_from_id_fkey: () => UserInUse(),
  transfers_to_id_fkey: () => UserInUse(),
  order_lines_sku_fkey: () => ProductInUse(),
  products_sku_key: () => SkuTaken(),
  products_stock_not_negative: () => Conflict(),
  accounts_balance_not_negative: () => Conflict(),
}
