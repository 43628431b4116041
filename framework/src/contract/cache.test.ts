import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { cacheMistake, toCacheHeaders, type Cache } from './cache.ts'

describe('cache rules', () => {
  it('are written as caches read them · M02.33 M02.35', () => {
    const written: [Cache, string, string?][] = [
      ['no-store', 'no-store'],
      [{ scope: 'private' }, 'private, no-cache'],
      [{ scope: 'public', maxAge: 60, mustRevalidate: true }, 'public, max-age=60, must-revalidate'],
      [{ scope: 'public', maxAge: 31_536_000, immutable: true }, 'public, max-age=31536000, immutable'],
      [
        { scope: 'public', maxAge: 10, sharedMaxAge: 60, staleWhileRevalidate: 30, staleIfError: 600 },
        'public, max-age=10, s-maxage=60, stale-while-revalidate=30, stale-if-error=600',
      ],
      [
        { scope: 'public', maxAge: 0, cdnMaxAge: 300, staleIfError: 5 },
        'public, max-age=0, stale-if-error=5',
        'max-age=300, stale-if-error=5',
      ],
    ]
    for (const [rules, header, cdn] of written) {
      assert.equal(cacheMistake(rules, 'GET', { auth: 'none' }), undefined)
      assert.deepEqual(toCacheHeaders(rules), ['cache-control', header, ...(cdn ? ['cdn-cache-control', cdn] : [])])
    }
  })

  it('are refused when they cannot be kept · M02.33', () => {
    const wrong: [Cache, RegExp, string?, 'user'?][] = [
      [{ scope: 'public', maxAge: 60 }, /signed-in/, 'GET', 'user'],
      [{ scope: 'public', maxAge: 60 }, /POST/, 'POST'],
      [{ scope: 'public', immutable: true }, /maxAge/],
      [{ scope: 'public', maxAge: 0, immutable: true }, /maxAge/],
      [{ scope: 'private', maxAge: 1, sharedMaxAge: 60 }, /shared caches/],
      [{ scope: 'private', cdnMaxAge: 60 }, /shared caches/],
      [{ scope: 'public', maxAge: 5, mustRevalidate: true, staleIfError: 5 }, /forbids/],
      [{ scope: 'public', maxAge: -1 }, /not negative/],
      [{ scope: 'public', maxAge: 0.5 }, /whole/],
    ]
    for (const [rules, message, method = 'GET', auth = 'none'] of wrong) assert.match(cacheMistake(rules, method, { auth }) ?? '', message)
    const mistake = (cache: Cache) => cacheMistake(cache, 'GET', { auth: 'none', setsCookies: ['sid'] })
    assert.match(mistake({ scope: 'public', maxAge: 60 }) ?? '', /sets sid/)
    assert.equal(mistake({ scope: 'private', maxAge: 60 }), undefined)
  })
})
