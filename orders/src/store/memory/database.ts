import type { Queryable, Tx } from 'throughline/db'
import type { Database, StoredAccount, StoredOrder, StoredProduct, StoredTransfer, StoredUser } from '../../domain/ports.ts'

/** By id. Values are never changed, only replaced, so that copying the maps copies everything. */
export interface State {
  users: Map<string, StoredUser>
  products: Map<string, StoredProduct>
  orders: Map<string, StoredOrder>
  accounts: Map<string, StoredAccount>
  transfers: Map<string, StoredTransfer>
}

/** Transactions on maps: one after the other, each on a copy that replaces the original when it commits. */
export class MemoryDatabase implements Database {
  readonly '~queryable' = true
  state: State = { users: new Map(), products: new Map(), orders: new Map(), accounts: new Map(), transfers: new Map() }
  #last: Promise<unknown> = Promise.resolve()

  transaction<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result> {
    const result = this.#last.then(async () => {
      const tx = new MemoryTx(this.state)
      const value = await work(tx)
      this.state = tx.state
      for (const hook of tx.hooks) await hook()
      return value
    })
    this.#last = result.catch(() => {})
    return result
  }
}

class MemoryTx implements Tx {
  readonly '~queryable' = true
  readonly '~tx' = true
  readonly hooks: (() => void | Promise<void>)[] = []
  state: State

  constructor(from: State) {
    this.state = copy(from)
  }

  async transaction<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result> {
    const savepoint = copy(this.state)
    try {
      return await work(this)
    } catch (error) {
      this.state = savepoint
      throw error
    }
  }

  afterCommit(work: () => void | Promise<void>): void {
    this.hooks.push(work)
  }

  withCommit(): never {
    throw new TypeError('There is no SQL in memory.')
  }
}

export function stateOf(on: Queryable): State {
  if (on instanceof MemoryDatabase || on instanceof MemoryTx) return on.state
  throw new TypeError('A memory store needs a memory database, or a transaction in one.')
}

function copy(state: State): State {
  return {
    users: new Map(state.users),
    products: new Map(state.products),
    orders: new Map(state.orders),
    accounts: new Map(state.accounts),
    transfers: new Map(state.transfers),
  }
}
