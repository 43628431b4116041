import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'node:test'
import { secret } from './leaves.ts'
import { weakness } from './secret-strength.ts'

describe('the strength of secrets', () => {
  it('refuses in production what could be guessed, without a word of it · M16.8', () => {
    const weak = {
      hunter2: /shorter than 32 bytes/,
      changeme: /shorter/,
      'change-me-please-this-is-my-super-secret-jwt-key': /well-known words/,
      'secret-secret-secret-secret-secret-secret': /well-known words/,
      '0123456789abcdefghijklmnopqrstuvwxyz': /sequence/,
      zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz: /repeats/,
      x7Kq9ZpLx7Kq9ZpLx7Kq9ZpLx7Kq9ZpLx7Kq9ZpL: /repeats/,
      abababababababababababababababababab: /sequence|repeats/,
    }
    const leaf = secret({ describe: 'Signs tokens.' })
    for (const [value, why] of Object.entries(weak)) {
      const reading = leaf.read(value, 'production')
      assert.ok('problem' in reading && reading.code === 'secret-weak', value)
      assert.match(reading.problem, why)
      assert.ok(!reading.problem.includes(value))
      assert.ok('value' in leaf.read(value, 'development'))
    }
  })

  it('takes every one of a thousand random secrets, in hex, base64 and base64url', () => {
    for (let seed = 0; seed < 1_000; seed++) {
      const random = createHash('sha256').update(String(seed)).digest()
      for (const encoding of ['hex', 'base64', 'base64url'] as const) {
        assert.equal(weakness(random.toString(encoding), 32), undefined, random.toString(encoding))
      }
    }
  })

  it('counts bytes, as the algorithms do', () => {
    assert.equal(weakness('ж'.repeat(15), 31), 'it is shorter than 31 bytes')
    assert.notEqual(weakness('ж'.repeat(16), 31), 'it is shorter than 31 bytes')
  })
})
