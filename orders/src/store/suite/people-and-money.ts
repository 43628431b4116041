import assert from 'node:assert/strict'
import { it } from 'node:test'
import { EmailTaken } from '../../../contract/auth.ts'
import { aProduct, aTransfer, aUser, ids, type Fixture } from './fixture.ts'

export function peopleAndMoney(fixture: Fixture): void {
  it('gives back what was put in', async () => {
    const { db, users, products, orders, accounts } = fixture.stores
    const user = await fixture.registered()
    assert.deepEqual(await users.find(db, user.id), user)
    assert.deepEqual(await users.findByEmail(db, user.email), user)
    const [product] = await fixture.added(aProduct())
    assert.deepEqual(await products.find(db, product!.id), product)
    const order = await fixture.placed(user, product!)
    assert.deepEqual(await orders.find(db, { buyerId: user.id }, order.id), order)
    const account = await fixture.opened(100_000_000_000_00)
    assert.deepEqual(await accounts.list(db, account.ownerId, { limit: 10, offset: 0 }), [account])
    assert.equal(await accounts.count(db, account.ownerId), 1)
  })

  it('finds nothing where nothing is', async () => {
    const { db, users, products, orders, accounts } = fixture.stores
    assert.equal(await users.find(db, ids.next()), undefined)
    assert.equal(await users.findByEmail(db, 'nobody@x.com'), undefined)
    assert.equal(await products.find(db, ids.next()), undefined)
    assert.equal(await orders.find(db, { buyerId: undefined }, ids.next()), undefined)
    assert.equal(await accounts.count(db, ids.next()), 0)
  })

  it('lets one of two callers have an e-mail address · M10.4', async () => {
    const email = `${ids.next()}@x.com`
    const outcomes = await Promise.allSettled([fixture.registered(aUser({ email })), fixture.registered(aUser({ email }))])
    const lost = outcomes.filter((outcome) => outcome.status === 'rejected')
    assert.equal(lost.length, 1)
    assert.ok(EmailTaken.is(lost[0]!.reason))
  })

  it('keeps nothing of a transaction that fails · M10.3', async () => {
    const user = aUser()
    const failing = fixture.stores.db.transaction(async (tx) => {
      await fixture.stores.users.insert(tx, user)
      throw new Error('changed its mind')
    })
    await assert.rejects(failing, /changed its mind/)
    assert.equal(await fixture.stores.users.find(fixture.stores.db, user.id), undefined)
  })

  it('moves money from one account to another · M10.19', async () => {
    const { db, accounts } = fixture.stores
    const [from, to] = [await fixture.opened(5000), await fixture.opened(0)]
    const locked = await db.transaction(async (tx) => {
      const found = await accounts.lock(tx, [to.id, ids.next(), from.id])
      await accounts.transfer(tx, aTransfer(from, to, 1999))
      return found
    })
    assert.deepEqual(locked.map(({ id }) => id).toSorted(), [from.id, to.id].toSorted())
    assert.deepEqual(await fixture.balancesOf(from, to), [3001, 1999])
  })

  it('never lets a balance fall below zero, whatever the caller thinks · M10.4 M10.19', async () => {
    const { db, accounts } = fixture.stores
    const [from, to] = [await fixture.opened(100), await fixture.opened(0)]
    await assert.rejects(db.transaction((tx) => accounts.transfer(tx, aTransfer(from, to, 101))))
    assert.deepEqual(await fixture.balancesOf(from, to), [100, 0])
  })
}
