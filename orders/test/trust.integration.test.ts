import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { demoPassword } from '../src/seed.ts'
import { statusesOf, withOrders } from './support.ts'

describe('trust', () => {
  const orders = withOrders()
  const alice = { email: 'alice@x.com', password: demoPassword }

  it('says where holes are reported', async () => {
    const response = await fetch(`${orders.base()}/.well-known/security.txt`)
    assert.equal(response.status, 200)
    assert.match(await response.text(), /^Contact: mailto:security@example\.com\nExpires: /)
  })

  it('registers a customer under a normalised address', async () => {
    const { status, headers, body } = await orders.post('/auth/register', {
      email: ' Carol@X.com ',
      password: 'a long enough phrase',
      name: 'Carol',
    })
    assert.equal(status, 201)
    assert.equal(headers.get('location'), `/api/v1/users/${body.id}`)
    assert.deepEqual(body, { id: body.id, email: 'carol@x.com', name: 'Carol', roles: ['customer'] })
    const login = await orders.post('/auth/login', { email: 'CAROL@x.com', password: 'a long enough phrase' })
    assert.deepEqual((await orders.get('/users/me', login.body.accessToken)).body, body)
  })

  it('gives an address to one of two who ask at once, and names the field to the other · M06.17 M10.4 M11.10', async () => {
    const dave = { email: 'dave@x.com', password: 'a long enough phrase', name: 'Dave' }
    const answers = await Promise.all([
      orders.post('/auth/register', dave),
      orders.post('/auth/register', { ...dave, email: 'DAVE@x.com' }),
    ])
    assert.deepEqual(statusesOf(answers), [201, 409])
    const refused = answers.find(({ status }) => status === 409)!.body
    assert.equal(refused.code, 'email-taken')
    const issue = { field: 'email', pointer: '/email', code: 'email-taken', message: refused.detail }
    assert.deepEqual(refused.errors, [issue])
    // Whoever comes later is told the same without a hash and a transaction.
    const later = await orders.post('/auth/register', dave)
    assert.deepEqual([later.status, later.body.code, later.body.errors], [409, 'email-taken', [issue]])
  })

  it('answers a login with a pair of tokens, which nobody may keep', async () => {
    const { status, headers, body } = await orders.post('/auth/login', alice)
    assert.equal(status, 200)
    assert.equal(headers.get('cache-control'), 'no-store')
    assert.deepEqual(Object.keys(body).toSorted(), ['accessToken', 'expiresIn', 'refreshToken', 'tokenType'])
    assert.deepEqual([body.tokenType, body.expiresIn], ['Bearer', 900])
  })

  it('says the same to a wrong password as to an unknown address', async () => {
    const answers = await Promise.all(
      [
        { ...alice, password: 'wrong' },
        { ...alice, email: 'nobody@x.com' },
      ].map((credentials) => orders.post('/auth/login', credentials)),
    )
    for (const { status, headers, body } of answers) {
      assert.equal(status, 401)
      assert.equal(headers.get('www-authenticate'), 'Bearer')
      assert.deepEqual([body.code, body.detail], ['invalid-credentials', 'E-mail address or password is wrong.'])
    }
  })

  it('rotates refresh tokens, and ends a login whose token comes twice', async () => {
    const first = (await orders.post('/auth/login', alice)).body
    const second = await orders.post('/auth/refresh', { refreshToken: first.refreshToken })
    assert.equal(second.status, 200)
    assert.equal((await orders.get('/users/me', second.body.accessToken)).body.email, alice.email)
    const again = await orders.post('/auth/refresh', { refreshToken: first.refreshToken })
    assert.deepEqual([again.status, again.body.code], [401, 'token-reused'])
    const innocent = await orders.post('/auth/refresh', { refreshToken: second.body.refreshToken })
    assert.equal(innocent.status, 401)
  })

  it('refuses a refresh token that nobody was given', async () => {
    const { status, body } = await orders.post('/auth/refresh', { refreshToken: 'made up' })
    assert.deepEqual([status, body.code], [401, 'unauthenticated'])
  })

  it('logs out for good', async () => {
    const { accessToken, refreshToken } = (await orders.post('/auth/login', alice)).body
    const { status, body } = await orders.call('POST', '/auth/logout', { token: accessToken })
    assert.deepEqual([status, body], [204, ''])
    assert.equal((await orders.post('/auth/refresh', { refreshToken })).status, 401)
  })

  it('knows nobody without a token, or with a forged one', async () => {
    const token = await orders.as('alice')
    const tampered = token.slice(0, -4) + (token.endsWith('AAAA') ? 'BBBB' : 'AAAA')
    for (const answer of [await orders.get('/users/me'), await orders.get('/users/me', tampered), await orders.get('/users/me', 'x')]) {
      assert.deepEqual([answer.status, answer.body.code], [401, 'unauthenticated'])
      assert.match(answer.headers.get('www-authenticate')!, /^Bearer/)
    }
  })

  it('shows the public keys and no private part of them', async () => {
    const { body } = await orders.call('GET', '/api/../.well-known/jwks.json')
    assert.ok(body.keys.length > 0)
    assert.ok(body.keys.every((key: object) => !('d' in key)))
  })

  it('lets pages of other origins read the keys and the contract, and nothing else unless it is told to · M02.18', async () => {
    const headers = { origin: 'https://shop.example' }
    const allowed = await Promise.all(
      ['/api/../.well-known/jwks.json', '/api/../openapi.json', '/products', '/users/me'].map((path) =>
        orders.call('GET', path, { headers }),
      ),
    )
    assert.deepEqual(
      allowed.map((answer) => answer.headers.get('access-control-allow-origin')),
      ['*', '*', null, null],
    )
  })
})
