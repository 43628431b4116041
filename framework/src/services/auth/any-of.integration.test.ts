import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import * as z from 'zod'
import { openSite } from '../../../test/http/site.ts'
import { endpoint } from '../../contract/endpoint.ts'
import { implement } from '../../http/implement.ts'
import type { Authenticator } from '../../http/stage.ts'
import { systemClock } from '../../std/clock.ts'
import { accessTokens } from './access-tokens.ts'
import { anyOf } from './any-of.ts'
import { bearer } from './bearer.ts'
import { unauthenticated } from './problems.ts'
import { signingKeys } from './signing-keys.ts'

const me = endpoint('GET /me', { summary: 'Me', auth: 'user', returns: z.object({ id: z.string(), by: z.string() }) })
const routes = implement({ me }, { me: ({ actor }) => ({ id: actor.id, by: actor.keyId ?? actor.sessionId ?? 'token' }) })

const keys = signingKeys({ mode: 'test' })
const tokens = accessTokens({ issuer: 'https://shop.example', audience: 'shop', keys, clock: systemClock })
const asked: string[] = []
const session: Authenticator = async ({ cookies }) => {
  asked.push('session')
  await new Promise(setImmediate)
  return cookies['sid'] === 's-1' ? { id: 'bob', roles: [], sessionId: 's-1' } : undefined
}
const apiKey: Authenticator = ({ headers }) => {
  asked.push('key')
  const given = headers['x-api-key']
  if (given === undefined) return undefined
  if (given !== 'right') throw unauthenticated('No such key.')
  return { id: 'robot', roles: [], keyId: 'k-1' }
}

describe('authenticators of several kinds · M07.11', () => {
  let site: Awaited<ReturnType<typeof openSite>>
  let token: string
  before(async () => {
    await keys.open()
    token = await tokens.sign({ id: 'alice', roles: [] })
    site = await openSite({ routes, authenticate: anyOf(bearer({ tokens }), session, apiKey) })
  })
  after(() => site.close())
  const ask = async (headers: Record<string, string>) => {
    asked.length = 0
    const response = await fetch(`${site.url}/me`, { headers })
    const body = (await response.json()) as { id?: string; by?: string }
    return [response.status, body.id, body.by]
  }

  it('are one: each gives the same kind of actor, and the first that knows the credentials decides', async () => {
    assert.deepEqual(await ask({ authorization: `Bearer ${token}`, 'x-api-key': 'right' }), [200, 'alice', 'token'])
    assert.deepEqual(asked, [])
    assert.deepEqual(await ask({ cookie: 'sid=s-1', 'x-api-key': 'wrong' }), [200, 'bob', 's-1'])
    assert.deepEqual(asked, ['session'])
    assert.deepEqual(await ask({ 'x-api-key': 'right' }), [200, 'robot', 'k-1'])
    assert.deepEqual(asked, ['session', 'key'])
  })

  it('refuse what one of them refuses, whatever else the request carries', async () => {
    assert.deepEqual(await ask({ authorization: 'Bearer forged', 'x-api-key': 'right' }), [401, undefined, undefined])
    assert.deepEqual(asked, [])
    assert.deepEqual(await ask({ 'x-api-key': 'wrong' }), [401, undefined, undefined])
    assert.deepEqual(await ask({}), [401, undefined, undefined])
  })
})
