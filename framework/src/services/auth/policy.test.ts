import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { AppError } from '../../std/errors.ts'
import { policy } from './policy.ts'

const mayCancel = policy(
  'orders.cancel',
  (actor, order: { buyerId: string }) =>
    order.buyerId === actor.id || actor.roles.includes('support') || 'Only the buyer or support may cancel.',
)
const order = { buyerId: 'alice' }
const alice = { id: 'alice', roles: ['customer'] }
const bob = { id: 'bob', roles: ['customer'] }

describe('policy', () => {
  it('returns for whom the rule allows', () => {
    assert.equal(mayCancel(alice, order), undefined)
    assert.equal(mayCancel({ id: 'carol', roles: ['support'] }, order), undefined)
  })

  it('refuses with 403, its sentence and its name · M02.29', () => {
    assert.throws(
      () => mayCancel(bob, order),
      (error) => {
        assert.ok(error instanceof AppError)
        assert.deepEqual(
          { status: error.status, code: error.code, detail: error.message, fields: error.fields },
          { status: 403, code: 'forbidden', detail: 'Only the buyer or support may cancel.', fields: { policy: 'orders.cancel' } },
        )
        return true
      },
    )
  })

  it('says without throwing whether it would allow', () => {
    assert.equal(mayCancel.allows(alice, order), true)
    assert.equal(mayCancel.allows(bob, order), false)
  })

  it('refuses when the rule answers anything but true, and when it throws · M05.41', () => {
    for (const answer of [undefined, null, false, 1, 'no', '', {}, Promise.resolve(true)]) {
      const odd = policy('odd', () => answer as true)
      assert.equal(odd.allows(alice), false)
      assert.throws(() => odd(alice), { code: 'forbidden' })
    }
    const broken = policy('broken', () => {
      throw new Error('cannot decide')
    })
    assert.throws(() => broken(alice), /cannot decide/)
  })

  it('is a frozen value with a name', () => {
    assert.equal(mayCancel.name, 'orders.cancel')
    assert.ok(Object.isFrozen(mayCancel))
  })
})
