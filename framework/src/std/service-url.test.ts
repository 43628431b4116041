import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { maskUrl, parseServiceUrl, readParameters } from './service-url.ts'

describe('service URLs', () => {
  it('are refused without being repeated when they cannot be read', () => {
    assert.throws(
      () => parseServiceUrl('postgres://app:s3cret%@:port', 'postgres://user:password@host/name'),
      (error: Error) => {
        assert.doesNotMatch(error.message, /s3cret/)
        assert.match(error.message, /postgres:\/\/user:password@host\/name/)
        return 'code' in error && error.code === 'driver-unknown'
      },
    )
  })

  const masks: [url: string, masked: string][] = [
    ['postgres://app:s3cret@db.example:5433/shop?sslkey=/run/key', 'postgres://app:***@db.example:5433/shop'],
    ['postgres://app@db.example/shop', 'postgres://app@db.example/shop'],
    ['postgres:///shop?host=/run/postgresql', 'postgres:/shop'],
    ['pglite:./.data/db?x=1', 'pglite:./.data/db'],
  ]
  for (const [url, masked] of masks) it(`show as ${masked}`, () => assert.equal(maskUrl(new URL(url)), masked))

  it('give their parameters, and refuse one that is unknown or comes twice', () => {
    assert.deepEqual(readParameters(new URL('cache://host?a=1&b=2'), ['a', 'b', 'c']), { a: '1', b: '2' })
    const refused = { code: 'driver-parameter-unknown' }
    assert.throws(() => readParameters(new URL('cache://host?d=1'), ['a', 'b']), {
      ...refused,
      message: /no parameter "d". Known ones: a, b/,
    })
    assert.throws(() => readParameters(new URL('cache://host?d=1'), []), { ...refused, message: /It takes none/ })
    assert.throws(() => readParameters(new URL('cache://host?a=1&a=2'), ['a']), { ...refused, message: /"a" is given twice/ })
  })
})
