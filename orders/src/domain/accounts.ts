import { NotFound } from 'throughline/contract'
import type { Actor, Clock, Ids } from 'throughline/std'
import { InsufficientFunds, UnknownAccount, type Account, type NewTransfer, type Transfer } from '../../contract/accounts.ts'
import { CurrencyMismatch } from '../../contract/orders.ts'
import { toAmount, toMinor } from './money.ts'
import { mapPage, toPage, type Page } from './page.ts'
import type { AccountStore, Database, StoredAccount, StoredTransfer } from './ports.ts'

interface Needs {
  db: Database
  accounts: AccountStore
  ids: Ids
  clock: Clock
}

export type AccountService = ReturnType<typeof accountService>

export const accountService = ({ db, accounts, ids, clock }: Needs) => ({
  async list(actor: Actor, { page = 1, limit }: { page?: number | undefined; limit: number }): Promise<Page<Account>> {
    const asked = { limit, offset: (page - 1) * limit }
    const [items, total] = await Promise.all([accounts.list(db, actor.id, asked), accounts.count(db, actor.id)])
    const next = asked.offset + items.length < total ? '' : undefined
    return mapPage(toPage(asked, { items, next }, total), toAccount)
  },

  transfer: (actor: Actor, { fromId, toId, amount }: NewTransfer): Promise<Transfer> =>
    db.transaction(async (tx) => {
      const locked = await accounts.lock(tx, [fromId, toId])
      const from = locked.find(({ id, ownerId }) => id === fromId && ownerId === actor.id)
      const to = locked.find(({ id }) => id === toId)
      if (from === undefined) throw NotFound()
      if (to === undefined) throw UnknownAccount({ id: toId })
      const transfer = newTransfer(from, to, { id: ids.next(), amount: toMinor(amount), createdAt: clock.now() })
      await accounts.transfer(tx, transfer)
      return toTransfer(transfer)
    }),
})

/** Throws `CurrencyMismatch` or `InsufficientFunds`. */
export function newTransfer(
  from: StoredAccount,
  to: StoredAccount,
  { id, amount, createdAt }: Pick<StoredTransfer, 'id' | 'amount' | 'createdAt'>,
): StoredTransfer {
  const { balance, currency } = from
  if (to.currency !== currency) throw CurrencyMismatch({ expected: currency, found: to.currency })
  if (balance < amount) throw InsufficientFunds({ balance: toAmount(balance), needed: toAmount(amount), currency })
  return { id, fromId: from.id, toId: to.id, currency, amount, createdAt }
}

function toAccount({ id, balance, currency }: StoredAccount): Account {
  return { id, balance: toAmount(balance), currency }
}

function toTransfer({ amount, createdAt, ...rest }: StoredTransfer): Transfer {
  return { ...rest, amount: toAmount(amount), createdAt: createdAt.toISOString() }
}
