import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { systemClock } from '../../std/clock.ts'
import { AppError } from '../../std/errors.ts'
import { accessTokens } from './access-tokens.ts'
import { bearer } from './bearer.ts'
import { signingKeys } from './signing-keys.ts'

const keys = signingKeys({ mode: 'test' })
const tokens = accessTokens({ issuer: 'https://shop.example', audience: 'shop', keys, clock: systemClock })
const authenticate = bearer({ tokens })
const alice = { id: 'alice', roles: ['customer'], sessionId: 's-1' }
let token: string

before(async () => {
  await keys.open()
  token = await tokens.sign(alice)
})

describe('bearer', () => {
  it('gives the actor of a valid token, whatever the case of the scheme · M05.4', async () => {
    for (const scheme of ['Bearer', 'bearer', 'BEARER'])
      assert.deepEqual(await authenticate({ headers: { authorization: `${scheme} ${token}` } }), alice)
  })

  it('gives the actor itself, not a promise, once it has seen the token', async () => {
    await authenticate({ headers: { authorization: `Bearer ${token}` } })
    assert.deepEqual(authenticate({ headers: { authorization: `Bearer ${token}` } }), alice)
  })

  it('gives nothing without credentials, or for another scheme', () => {
    for (const headers of [{}, { authorization: 'Basic YWxpY2U6cHc=' }, { authorization: 'Bearerish x' }, { authorization: '' }])
      assert.equal(authenticate({ headers: headers as Record<string, string> }), undefined)
  })

  it('reads the header only · M05.4', () => {
    assert.equal(authenticate({ headers: { 'x-access-token': token, cookie: `access_token=${token}` } }), undefined)
  })

  it('refuses malformed credentials with a challenge · M05.4', async () => {
    const bad = [
      'Bearer',
      'Bearer ',
      `Bearer  ${token}`,
      `Bearer ${token} `,
      `Bearer ${token},${token}`,
      `Bearer "${token}"`,
      'Bearer a b',
      'Bearer a.b.c',
      `Bearer ${token}=`,
    ]
    for (const authorization of bad)
      await assert.rejects(
        async () => authenticate({ headers: { authorization } }),
        (error) => {
          assert.ok(error instanceof AppError, authorization)
          assert.deepEqual([error.status, error.code], [401, 'unauthenticated'])
          assert.equal(error.headers['www-authenticate'], 'Bearer error="invalid_token"')
          assert.ok(!error.message.includes(token))
          return true
        },
      )
  })
})
