import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { LimitsDriver, StoredLimit, Verdict } from './driver.ts'

export interface LimitsSuite {
  readonly name: string
  /** Opens an empty store. Called once, before the first test. */
  readonly open: () => Promise<LimitsDriver>
  /** Makes everything in the store `ms` older. */
  readonly age: (ms: number) => void | Promise<void>
}

const hour = 3_600_000
const fixed: StoredLimit = { algorithm: 'fixed-window', limit: 3, window: hour, burst: 3 }
const sliding: StoredLimit = { algorithm: 'sliding-window', limit: 4, window: hour, burst: 4 }
const bucket: StoredLimit = { algorithm: 'token-bucket', limit: 60, window: hour, burst: 90 }

/**
 * What every store of rate limits promises, as tests: the whole test file of a driver.
 *
 * ```ts
 * import { limitsDriverSuite } from 'throughline/testing'
 * import type { LimitsDriver } from 'throughline/limits'
 *
 * export const prove = (open: () => Promise<LimitsDriver>, age: (ms: number) => void) => limitsDriverSuite({ name: 'mine:', open, age })
 * ```
 */
export function limitsDriverSuite({ name, open, age }: LimitsSuite): void {
  describe(name, () => {
    let driver: LimitsDriver
    before(async () => {
      driver = await open()
    })
    after(() => driver.close())

    // Read at once where there is no promise, as the driver says.
    const take = async (key: string, limit: StoredLimit, cost = 1) => {
      const answer = driver.take(key, limit, cost)
      return answer instanceof Promise ? answer : toVerdict(answer)
    }
    const allowed = async (key: string, limit: StoredLimit, times: number) => {
      const verdicts = await Promise.all(Array.from({ length: times }, () => take(key, limit)))
      return verdicts.filter((verdict) => verdict.allowed).length
    }
    /** Real time passes between two calls, but not ten seconds. */
    const about = (actual: number, expected: number) =>
      assert.ok(Math.abs(actual - expected) < 10_000, `${actual} ms, expected about ${expected}`)

    it('allows what is left and says how much that is, key by key · M07.9', async () => {
      assert.deepEqual(
        [(await take('a', fixed)).remaining, (await take('a', fixed)).remaining, (await take('a', fixed)).remaining],
        [2, 1, 0],
      )
      assert.equal((await take('a', fixed)).allowed, false)
      assert.equal((await take('b', fixed)).allowed, true)
    })

    it('takes nothing when it refuses, and the cost when it allows · M07.9', async () => {
      assert.equal((await take('cost', fixed, 2)).remaining, 1)
      const refused = await take('cost', fixed, 2)
      assert.deepEqual([refused.allowed, refused.remaining], [false, 1])
      assert.equal((await take('cost', fixed, 1)).allowed, true)
    })

    it('begins a fixed window with the first request and another one when it is over · M07.9', async () => {
      assert.equal(await allowed('fixed', fixed, 5), 3)
      await age(hour / 2)
      const refused = await take('fixed', fixed)
      assert.equal(refused.allowed, false)
      about(refused.wait, hour / 2)
      await age(hour / 2)
      assert.equal(await allowed('fixed', fixed, 5), 3)
    })

    it('slides: of the window before counts the share that still lies within a window · M07.9', async () => {
      assert.equal(await allowed('sliding', sliding, 6), 4)
      await age(hour)
      about((await take('sliding', sliding)).wait, hour / 4)
      await age(hour / 2)
      assert.equal(await allowed('sliding', sliding, 6), 2)
      await age(3 * hour)
      assert.equal(await allowed('sliding', sliding, 6), 4)
    })

    it('says when what was refused will be allowed: then it is, and not before · M07.10', async () => {
      for (const [key, limit] of [
        ['when-fixed', fixed],
        ['when-sliding', sliding],
        ['when-bucket', bucket],
      ] as const) {
        await take(key, limit, limit.burst)
        const { allowed: yes, wait } = await take(key, limit, 2)
        assert.equal(yes, false)
        await age(wait - 30_000)
        assert.equal((await take(key, limit, 2)).allowed, false, key)
        await age(30_001)
        assert.equal((await take(key, limit, 2)).allowed, true, key)
      }
    })

    it('lets a bucket overflow at its burst and refill at its rate · M07.9', async () => {
      assert.equal((await take('bucket', bucket, 90)).allowed, true)
      about((await take('bucket', bucket)).wait, hour / 60)
      await age(hour / 2)
      assert.equal((await take('bucket', bucket, 30)).allowed, true)
      await age(10 * hour)
      assert.equal((await take('bucket', bucket, 1)).remaining, 89)
    })

    it('never gives away more than there is to callers at once · M07.9', async () => {
      for (const limit of [fixed, sliding]) assert.equal(await allowed(`crowd-${limit.algorithm}`, limit, 50), limit.limit)
    })

    it('holds places until they are given back · M07.9', async () => {
      const [first, second, third] = [
        await driver.hold('places', 2, hour),
        await driver.hold('places', 2, hour),
        await driver.hold('places', 2, hour),
      ]
      assert.deepEqual([first.allowed, second.allowed, third.allowed], [true, true, false])
      assert.deepEqual([first.remaining, second.remaining, third.remaining], [1, 0, 0])
      await driver.release('places', first.id)
      assert.equal((await driver.hold('places', 2, hour)).allowed, true)
      await driver.release('places', second.id)
    })
  })
}

function toVerdict({ allowed, remaining, wait }: Verdict): Verdict {
  return { allowed, remaining, wait }
}
