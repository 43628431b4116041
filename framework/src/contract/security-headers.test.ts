import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { hstsValue, securityHeaderLines, type SecurityHeaders } from './security-headers.ts'

const of = (options: SecurityHeaders, isPage: boolean, nonce?: string) => {
  const lines = securityHeaderLines(options, isPage, nonce)
  return Object.fromEntries(lines.flatMap((name, i) => (i % 2 === 0 ? [[name, lines[i + 1]!]] : [])))
}

describe('security headers', () => {
  it('let data do nothing in a browser · M02.8', () => {
    assert.deepEqual(of({}, false), {
      'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
    })
  })

  it('let a page run its own files and nobody frame it · M02.8', () => {
    const page = of({}, true)
    assert.match(page['content-security-policy']!, /^default-src 'none'; script-src 'self'; style-src 'self';.* frame-ancestors 'none'$/)
    assert.doesNotMatch(page['content-security-policy']!, /unsafe/)
    assert.equal(page['referrer-policy'], 'same-origin')
    assert.equal(page['cross-origin-opener-policy'], 'same-origin')
    assert.match(page['permissions-policy']!, /camera=\(\), .*microphone=\(\)/)
  })

  it('mark the scripts and styles of one answer, also where a directive admits nothing else', () => {
    assert.match(of({}, true, 'abc')['content-security-policy']!, /script-src 'self' 'nonce-abc'; style-src 'self' 'nonce-abc';/)
    const narrow = of({ csp: { 'script-src': "'none'", 'style-src': false } }, true, 'abc')['content-security-policy']!
    assert.match(narrow, /script-src 'nonce-abc';.*style-src 'nonce-abc'/)
  })

  it('take directives and headers of their own, and leave out what is false', () => {
    const framed = of(
      {
        csp: { 'frame-ancestors': "'self'", 'upgrade-insecure-requests': '' },
        headers: { 'referrer-policy': false, 'x-robots-tag': 'noindex' },
      },
      false,
    )
    assert.match(framed['content-security-policy']!, /frame-ancestors 'self'; upgrade-insecure-requests$/)
    assert.deepEqual([framed['x-frame-options'], framed['referrer-policy'], framed['x-robots-tag']], ['SAMEORIGIN', undefined, 'noindex'])
    assert.equal(of({ csp: { 'frame-ancestors': 'https://partner.example' } }, false)['x-frame-options'], undefined)
    assert.match(of({ set: 'html' }, false)['content-security-policy']!, /script-src/)
  })

  it('earn every point that the HTTP Observatory has for headers, without a setting · M02.8', () => {
    const points = (headers: Record<string, string>, hsts: string) => {
      const csp = headers['content-security-policy'] ?? ''
      const safe = csp.startsWith("default-src 'none'") && !/unsafe|https?:|\*/.test(csp) && /form-action '(?:none|self)'/.test(csp)
      const seconds = Number(/^max-age=(\d+)/.exec(hsts)?.[1])
      return {
        'content-security-policy': safe ? 10 : -25,
        'x-frame-options': /frame-ancestors '(?:none|self)'/.test(csp) ? 5 : -20,
        'referrer-policy': /^(?:no-referrer|same-origin|strict-origin|strict-origin-when-cross-origin)$/.test(headers['referrer-policy']!)
          ? 5
          : 0,
        'cross-origin-resource-policy': headers['cross-origin-resource-policy'] === 'same-origin' ? 10 : 0,
        'x-content-type-options': headers['x-content-type-options'] === 'nosniff' ? 0 : -5,
        'strict-transport-security': seconds >= 15_768_000 ? 0 : -10,
      }
    }
    for (const [isPage, nonce] of [[true], [true, 'abc'], [false]] as const) {
      const earned = points(of({}, isPage, nonce), hstsValue({}))
      // A+ begins at 100.
      assert.equal(
        Object.values(earned).reduce((sum, one) => sum + one, 100),
        130,
        JSON.stringify(earned),
      )
    }
  })

  it('promise TLS for two years, and more only when told · M02.44', () => {
    assert.equal(hstsValue({}), 'max-age=63072000')
    assert.equal(hstsValue({ maxAge: 31_536_000, includeSubDomains: true, preload: true }), 'max-age=31536000; includeSubDomains; preload')
    assert.throws(() => hstsValue({ maxAge: 3600 }), { code: 'contract-invalid', message: /3600 seconds/ })
    assert.throws(() => hstsValue({ preload: true }), { code: 'contract-invalid', message: /without includeSubDomains/ })
  })
})
