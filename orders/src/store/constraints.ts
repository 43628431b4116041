import { Conflict } from 'throughline/contract'
import type { ConstraintMap } from 'throughline/db'
import { EmailTaken } from '../../contract/auth.ts'
import { SkuTaken } from '../../contract/products.ts'

/** What callers read when the database has the last word. Constraints that are not here cannot break unless there is a bug. */
export const constraints: ConstraintMap = {
  users_email_key: () => EmailTaken(),
  products_sku_key: () => SkuTaken(),
  products_stock_not_negative: () => Conflict(),
  accounts_balance_not_negative: () => Conflict(),
}
