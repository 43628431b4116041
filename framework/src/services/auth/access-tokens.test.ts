import assert from 'node:assert/strict'
import { createHmac, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { before, beforeEach, describe, it } from 'node:test'
import { systemClock, type Clock } from '../../std/clock.ts'
import { AppError } from '../../std/errors.ts'
import { Secret } from '../../std/secret.ts'
import { accessTokens, type AccessTokens } from './access-tokens.ts'
import { signingKeys, type SigningKeys } from './signing-keys.ts'

const minute = 60_000
const noon = Date.parse('2026-06-01T12:00:00Z')
const alice = { id: 'alice', roles: ['customer', 'support'], sessionId: 's-1' }

let time = noon
const clock: Clock = { ...systemClock, now: () => new Date(time) }
const make = (keys: SigningKeys, options = {}) =>
  accessTokens({ issuer: 'https://shop.example', audience: 'shop', keys, clock, ...options })
const encode = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
const decode = (segment: string | undefined) => JSON.parse(Buffer.from(segment!, 'base64url').toString()) as Record<string, unknown>

/** What somebody who holds the key could write: any header, any payload, a right signature. */
function forge(header: unknown, payload: unknown, key: KeyObject): string {
  const signed = `${encode(header)}.${encode(payload)}`
  const algorithm = key.asymmetricKeyType === 'ec' ? 'sha256' : null
  return `${signed}.${sign(algorithm, Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
}

async function refusal(tokens: AccessTokens, token: string): Promise<string> {
  const error = await Promise.resolve()
    .then(() => tokens.verify(token))
    .then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
  assert.ok(error instanceof AppError, `accepted ${token.slice(0, 60)}`)
  assert.deepEqual([error.status, error.code], [401, 'unauthenticated'])
  return error.message
}

for (const type of ['ed25519', 'ec'] as const)
  describe(`access tokens with ${type}`, () => {
    const pair = type === 'ec' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519')
    const keys = signingKeys({
      secret: new Secret(pair.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()),
      mode: 'production',
    })
    let tokens: AccessTokens
    let token: string
    let header: Record<string, unknown>
    let payload: Record<string, unknown>

    beforeEach(async () => {
      time = noon
      tokens = make(keys)
      token = await tokens.sign(alice)
      header = decode(token.split('.')[0])
      payload = decode(token.split('.')[1])
    })

    it('carry the actor there and back, and nothing else about a person · M05.18', async () => {
      assert.deepEqual(await tokens.verify(token), alice)
      assert.deepEqual(header, { alg: keys.current.alg, kid: keys.current.kid, typ: 'at+jwt' })
      assert.deepEqual(Object.keys(payload).toSorted(), ['aud', 'exp', 'iat', 'iss', 'jti', 'nbf', 'roles', 'sid', 'sub'])
      assert.deepEqual(await tokens.verify(await tokens.sign({ id: 'robot', roles: [] })), { id: 'robot', roles: [] })
    })

    it('expire after 15 minutes and 5 seconds of skew, remembered or not · M05.12 M05.16 M05.22', async () => {
      await tokens.verify(token)
      time = noon + 15 * minute + 4_000
      assert.deepEqual(tokens.verify(token), alice)
      assert.deepEqual(await make(keys).verify(token), alice)
      time = noon + 15 * minute + 5_000
      assert.match(await refusal(tokens, token), /expired/)
      assert.match(await refusal(make(keys), token), /expired/)
    })

    it('are not valid before their time, with 5 seconds of skew · M05.12', async () => {
      time = noon - 5_000
      assert.deepEqual(await tokens.verify(token), alice)
      time = noon - 6_000
      assert.match(await refusal(make(keys), token), /nbf/)
    })

    it('are refused when a claim is missing, wrong or of another type, however well signed · M05.12 M05.13', async () => {
      const wrong: Record<string, unknown>[] = [
        ...Object.keys(payload)
          .filter((claim) => claim !== 'sid')
          .map((claim) => ({ [claim]: undefined })),
        { iss: 'https://shop.example/' },
        { iss: ['https://shop.example'] },
        { aud: 'shop2' },
        { aud: [] },
        { exp: String(payload['exp']) },
        { exp: null },
        { iat: noon / 1000 - 16 * 60, exp: noon / 1000 + 60 * 60 },
        { iat: noon / 1000 + 60 },
        { nbf: noon / 1000 + 60 },
        { sub: '' },
        { sub: 7 },
        { sid: 7 },
        { roles: 'admin' },
        { roles: [1] },
        { jti: 1 },
      ]
      for (const change of wrong) await refusal(tokens, forge(header, { ...payload, ...change }, pair.privateKey))
      assert.deepEqual(await tokens.verify(forge(header, payload, pair.privateKey)), alice)
    })

    it('are refused with another header, however well signed · M05.10 M05.11 M05.13 M05.14', async () => {
      const headers: unknown[] = [
        ...['none', 'None', 'NONE', 'HS256', 'RS256', 'ES384', 'Ed448', '', null].map((alg) => ({ ...header, alg })),
        { ...header, typ: 'JWT' },
        { ...header, typ: undefined },
        { ...header, kid: undefined },
        ...['../../../../dev/null', "' or '1'='1", 'https://evil.example/jwks', '', 0].map((kid) => ({ ...header, kid })),
        { ...header, crit: ['exp'], exp: 1 },
        { ...header, crit: [] },
        { ...header, b64: false, crit: ['b64'] },
        { ...header, jku: 'https://evil.example/jwks' },
        { ...header, x5u: 'https://evil.example/x5u' },
        { ...header, jwk: keys.current.publicJwk },
        { ...header, zip: 'DEF' },
        JSON.stringify(header).replace('{', `{"alg":"none",`),
        JSON.stringify(header).replace('}', `,"alg":"none"}`),
        ` ${JSON.stringify(header)}`,
        `\ufeff${JSON.stringify(header)}`,
        'null',
        '[]',
        '{',
      ]
      for (const altered of headers) await refusal(tokens, forge(altered, payload, pair.privateKey))
    })

    it('are refused when the public key was used as an HMAC secret · M05.11', async () => {
      const secrets = [
        pair.publicKey.export({ format: 'pem', type: 'spki' }),
        pair.publicKey.export({ format: 'der', type: 'spki' }),
        JSON.stringify(keys.current.publicJwk),
      ]
      for (const secret of secrets) {
        const signed = `${encode({ ...header, alg: 'HS256' })}.${encode(payload)}`
        await refusal(tokens, `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`)
      }
    })

    it('are refused when malformed, even where a lenient decoder reads the same · M05.21', async () => {
      const [head, body, signature] = token.split('.') as [string, string, string]
      const last = signature.at(-1)!
      const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
      const sameBytes = signature.slice(0, -1) + alphabet[alphabet.indexOf(last) + 1]
      assert.ok(Buffer.from(sameBytes, 'base64url').equals(Buffer.from(signature, 'base64url')))
      const malformed = [
        '',
        '.',
        '..',
        '...',
        head,
        `${head}.${body}`,
        `${head}.${body}.`,
        `.${body}.${signature}`,
        `${head}..${signature}`,
        `${token}.`,
        `${token}.${signature}`,
        `${token}=`,
        `${token}==`,
        `${token}\n`,
        ` ${token}`,
        `${head}. ${body}.${signature}`,
        `${head}.${body}.${signature.slice(0, 20)} ${signature.slice(20)}`,
        `${head}.${body}.${signature.slice(0, 20)}\0${signature.slice(20)}`,
        `${head}.${body}.${sameBytes}`,
        `${head}.${body}.${signature.slice(0, -4)}`,
        `${head}.${body}.${signature}AAAA`,
        `${head}.${body}.${signature.slice(0, -1)}`,
        `${head}.${body}.${encode(Buffer.alloc(64).toString())}`,
        `${head}.${body}.${Buffer.alloc(64).toString('base64url')}`,
        `${head}.${encode({ ...payload, sub: 'admin' })}.${signature}`,
        forge(header, 'null', pair.privateKey),
        forge(header, '[]', pair.privateKey),
        forge(header, '7', pair.privateKey),
        forge(header, '{"sub":', pair.privateKey),
        forge(header, JSON.stringify(payload).replace('{', '{"sub":"admin",'), pair.privateKey),
        forge(header, JSON.stringify(payload).replace('}', ',"sub":"admin"}'), pair.privateKey),
        forge(header, JSON.stringify(payload).replace('"sub":"alice"', '"__proto__":{"sub":"admin"}'), pair.privateKey),
        forge(header, ` ${JSON.stringify(payload)}`, pair.privateKey),
        forge(header, token, pair.privateKey),
        forge(header, { ...payload, padding: 'x'.repeat(8192) }, pair.privateKey),
        'é'.repeat(40),
        'a.'.repeat(100_000),
      ]
      for (const text of malformed) await refusal(tokens, text)
    })

    it('are refused when a single bit of them is changed · M05.21', async () => {
      for (let at = 0; at < token.length; at += 7) {
        if (token[at] === '.') continue
        const changed = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1)
        await refusal(tokens, changed)
      }
    })

    it('are refused when they borrow the signature of a remembered one · M05.21', async () => {
      await tokens.verify(token)
      const [head, , signature] = token.split('.')
      await refusal(tokens, `${head}.${encode({ ...payload, sub: 'admin' })}.${signature}`)
      assert.deepEqual(tokens.verify(token), alice)
    })

    it('never show in what is thrown', async () => {
      const foreign = await make(keys, { audience: 'other' }).sign(alice)
      for (const bad of [foreign, `${token}x`]) assert.ok(!(await refusal(tokens, bad)).includes(bad.slice(0, 40)))
    })
  })

describe('a set of keys', () => {
  const pair = () => generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  const [old, young] = [pair(), pair()]
  const from = (...set: object[]) => make(signingKeys({ secret: new Secret(JSON.stringify({ keys: set })), mode: 'production' }))

  before(() => {
    time = noon
  })

  it('verifies what an older key signed until that key is taken out · M05.15', async () => {
    const token = await from(old).sign(alice)
    assert.deepEqual(await from(young, old).verify(token), alice)
    assert.match(await refusal(from(young), token), /not signed by a key of this application/)
    assert.equal(from(young, old).jwks().keys.length, 2)
  })

  it('is not left for a key that names itself alike', async () => {
    const forged = await from({ ...young, kid: 'k' }).sign(alice)
    assert.match(await refusal(from({ ...old, kid: 'k' }), forged), /wrong signature/)
  })
})

describe('the memory of verified tokens', () => {
  it('is bounded, and forgets the oldest', async () => {
    time = noon
    const keys = signingKeys({ mode: 'test' })
    await keys.open()
    const tokens = make(keys, { remember: 2 })
    const [a, b, c] = await Promise.all(['a', 'b', 'c'].map((id) => tokens.sign({ id, roles: [] })))
    for (const token of [a!, b!, c!]) await tokens.verify(token)
    assert.ok(tokens.verify(a!) instanceof Promise)
    assert.ok(!(tokens.verify(c!) instanceof Promise))
  })
})
