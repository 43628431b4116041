import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import { systemClock, uuidv7, type Actor } from 'throughline/std'
import type { Currency } from '../../contract/money.ts'
import { memoryStores } from '../store/memory/memory-stores.ts'
import { accountService, type AccountService } from './accounts.ts'

const alice: Actor = { id: 'alice', roles: ['customer'] }
const bob: Actor = { id: 'bob', roles: ['customer'] }
const ids = uuidv7()

describe('accounts', () => {
  let stores: ReturnType<typeof memoryStores>
  let accounts: AccountService
  beforeEach(() => {
    stores = memoryStores()
    accounts = accountService({ ...stores, ids, clock: systemClock })
  })

  const open = async ({ id: ownerId }: Actor, balance: number, currency: Currency = 'USD') => {
    const account = { id: ids.next(), ownerId, currency, balance }
    await stores.db.transaction((tx) => stores.accounts.insert(tx, account))
    return account.id
  }
  const balances = async (actor: Actor) => (await accounts.list(actor, { limit: 20 })).items.map(({ balance }) => balance)

  it('move an amount from one to the other · M10.19', async () => {
    const [fromId, toId] = [await open(alice, 10_000), await open(bob, 0)]
    const transfer = await accounts.transfer(alice, { fromId, toId, amount: 19.99 })
    assert.deepEqual([transfer.fromId, transfer.toId, transfer.amount, transfer.currency], [fromId, toId, 19.99, 'USD'])
    assert.deepEqual([await balances(alice), await balances(bob)], [[80.01], [19.99]])
  })

  it('say what there is and what is needed when it is too little · M10.19 M15.19', async () => {
    const [fromId, toId] = [await open(alice, 2000), await open(bob, 0)]
    await assert.rejects(accounts.transfer(alice, { fromId, toId, amount: 50 }), {
      code: 'insufficient-funds',
      status: 422,
      message: 'Balance $20.00 below $50.00 needed.',
      fields: { balance: 20, needed: 50, currency: 'USD' },
    })
    assert.deepEqual([await balances(alice), await balances(bob)], [[20], [0]])
  })

  it('can be emptied to the last cent', async () => {
    const [fromId, toId] = [await open(alice, 2000), await open(bob, 0)]
    await accounts.transfer(alice, { fromId, toId, amount: 20 })
    assert.deepEqual(await balances(alice), [0])
  })

  it('are touched by their owner only; to anybody else they do not exist', async () => {
    const [fromId, toId] = [await open(alice, 2000), await open(bob, 0)]
    await assert.rejects(accounts.transfer(bob, { fromId, toId, amount: 1 }), { code: 'not-found' })
    await assert.rejects(accounts.transfer(alice, { fromId, toId: ids.next(), amount: 1 }), { code: 'unknown-account', status: 422 })
    assert.deepEqual(await balances(alice), [20])
  })

  it('do not exchange currencies', async () => {
    const [fromId, toId] = [await open(alice, 2000), await open(bob, 0, 'EUR')]
    await assert.rejects(accounts.transfer(alice, { fromId, toId, amount: 1 }), { code: 'currency-mismatch' })
  })

  it('list those of one person, page by page', async () => {
    for (let at = 1; at <= 3; at++) await open(alice, at * 100)
    await open(bob, 0)
    const page = await accounts.list(alice, { page: 1, limit: 2 })
    assert.deepEqual([page.items.length, page.total, page.next], [2, 3, { page: 2 }])
    assert.equal((await accounts.list(alice, { page: 2, limit: 2 })).next, undefined)
  })
})
