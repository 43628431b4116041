import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { format, inspect } from 'node:util'
import { Secret } from './secret.ts'

const value = 'correct-7f3a-horse'
const secret = new Secret(value)

describe('Secret', () => {
  it('gives its value to whoever asks for it by name', () => {
    assert.equal(secret.reveal(), value)
  })

  it('prints [redacted] in every way JavaScript has of making text · M16.3', () => {
    const written = [
      String(secret),
      ''.concat(secret as unknown as string),
      ['', secret].join(''),
      JSON.stringify({ secret }),
      inspect(secret, { showHidden: true, depth: 9, customInspect: true }),
      inspect({ nested: [secret] }, { customInspect: false, showHidden: true }),
      format('%s %o %O %j', secret, secret, secret, secret),
      String(new Error('cannot use ' + String(secret)).stack),
    ]
    for (const text of written) assert.ok(!text.includes(value), text)
    assert.equal(String(secret), '[redacted]')
  })

  it('has no members that a spread or a loop could copy', () => {
    assert.deepEqual(Object.assign({}, secret), {})
    assert.deepEqual(Reflect.ownKeys(secret), [])
    assert.ok(!inspect(structuredClone(secret)).includes(value))
  })
})
