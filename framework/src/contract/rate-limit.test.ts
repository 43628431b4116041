import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { rateLimitRules, type RateLimits } from './rate-limit.ts'

const rules = (limits: RateLimits, auth: 'none' | 'user' = 'user') => rateLimitRules(limits, auth, 'GET /x')
const refuses = (limits: RateLimits, message: RegExp, auth?: 'none' | 'user') =>
  assert.throws(() => rules(limits, auth), { code: 'contract-invalid', message })

describe('the rate limits of an endpoint', () => {
  it('count in a fixed window by actor, and by address where there is none', () => {
    assert.deepEqual(rules('20/minute'), [
      {
        name: 'actor-per-minute',
        algorithm: 'fixed-window',
        limit: 20,
        window: 60_000,
        burst: 20,
        by: 'actor',
        cost: 1,
        onStoreDown: 'open',
      },
    ])
    assert.deepEqual(
      rules(['5/second', '100/day'], 'none').map(({ name, by, window }) => [name, by, window]),
      [
        ['ip-per-second', 'ip', 1000],
        ['ip-per-day', 'ip', 86_400_000],
      ],
    )
  })

  it('have names of their own, by which headers and problems call them', () => {
    assert.equal(rules({ limit: 3, algorithm: 'concurrency' })[0]!.name, 'actor-concurrency')
    assert.equal(rules({ limit: 3, window: 90_000, by: () => 'x' })[0]!.name, 'custom-per-90s')
    refuses(['1/minute', { limit: 2, window: 60_000 }], /"actor-per-minute" cannot work, its name is taken/)
    refuses({ limit: 1, window: 1000, name: 'a "quoted" one' }, /a name has 1 to 64/)
  })

  it('are refused at boot when they cannot work', () => {
    refuses('0/minute', /its limit is 0/)
    refuses('1.5/minute', /its limit is 1.5/)
    refuses({ limit: 1, window: 10 }, /its window is 10/)
    refuses({ limit: 5, window: 1000, algorithm: 'token-bucket', burst: 2 }, /its burst of 2 is below its limit of 5/)
    refuses({ limit: 5, window: 1000, cost: 6 }, /a cost of 6 never fits/)
    refuses({ limit: 5, window: 1000, by: 'tenant' }, /a public route has no tenant/, 'none')
  })
})
