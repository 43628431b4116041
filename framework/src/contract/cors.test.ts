import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { cors, corsRefusals } from './cors.ts'

describe('a CORS policy', () => {
  const policy = cors({
    origins: ['https://x.com', 'http://localhost:5173', /^https:\/\/[a-z0-9-]+\.preview\.x\.com$/],
    headers: ['X-Tenant'],
  })

  it('admits the origins of its list and nothing that looks like them · M02.18', () => {
    for (const origin of ['https://x.com', 'http://localhost:5173', 'https://pr-12.preview.x.com'])
      assert.ok(policy.allowsOrigin(origin), origin)
    const strangers = [
      'https://evil-x.com',
      'https://x.com.evil',
      'https://x.com.evil.org',
      'https://x.com:444',
      'http://x.com',
      'https://sub.x.com',
      'https://X.com',
      'https://x.com/',
      'null',
      '',
      'https://a.preview.x.com.evil',
      'https://evil.com/#https://a.preview.x.com',
      'https://a.preview.x.com\n',
      `https://${'a'.repeat(400)}.preview.x.com`,
    ]
    for (const origin of strangers) assert.ok(!policy.allowsOrigin(origin), origin)
  })

  it('never admits null, whatever a pattern says · M02.18', () => {
    assert.equal(cors({ origins: [/^.*$/] }).allowsOrigin('null'), false)
  })

  it('anchors every branch of a pattern, and keeps none of its memory', () => {
    const branches = cors({ origins: [/^https:\/\/a\.x\.com|https:\/\/b\.x\.com$/g] })
    assert.equal(branches.allowsOrigin('https://a.x.com.evil'), false)
    assert.deepEqual(
      [1, 2, 3].map(() => branches.allowsOrigin('https://b.x.com')),
      [true, true, true],
    )
  })

  it('is not built from what would let strangers in, and says what to write instead · M02.20', () => {
    const refused = (options: Parameters<typeof cors>[0], message: RegExp) =>
      assert.throws(() => cors(options), { name: 'BootError', code: 'contract-invalid', message })
    refused({ origins: '*', credentials: true }, /with credentials: true would let every page/)
    refused({ origins: [/x\.com$/] }, /would also match inside of other people's origins/)
    refused({ origins: [/^https:\/\/x\.com/] }, /would also match inside/)
    for (const origin of [
      '*',
      'null',
      'x.com',
      'https://x.com/',
      'https://x.com/app',
      'https://X.com',
      'https://x.com:443',
      'HTTPS://x.com',
      '',
    ])
      refused({ origins: [origin] }, /origins has/)
    refused({ origins: '*', maxAge: -1 }, /maxAge is -1/)
    refused({ origins: '*', headers: ['*'] }, /no header's name/)
    refused({ origins: '*', expose: ['a b'] }, /no header's name/)
    assert.throws(() => cors({ origins: ['https://x.com/'] }), { fix: /"https:\/\/x\.com"/ })
  })

  it('names everything that a preflight lacks · M02.23', () => {
    const refusals = (method: string, headers: string, origin = 'https://x.com') =>
      corsRefusals(policy, { origin, method, headers, routed: ['GET', 'PUT'] })
    assert.deepEqual(refusals('PUT', 'authorization,content-type, X-TENANT,accept'), [])
    assert.deepEqual(refusals('HEAD', ''), [])
    assert.deepEqual(refusals('DELETE', 'x-foo, x-bar'), [
      'DELETE is not routed here: GET, PUT',
      'add "x-foo" to cors.headers',
      'add "x-bar" to cors.headers',
    ])
    assert.deepEqual(refusals('put', ''), ['put is not routed here: GET, PUT'])
    assert.deepEqual(refusals('PUT', '', 'https://evil-x.com'), ['add "https://evil-x.com" to cors.origins'])
    assert.deepEqual(refusals('PUT', '', 'null'), ['the origin null is everybody and cannot be admitted'])
  })
})
