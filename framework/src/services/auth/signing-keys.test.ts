import assert from 'node:assert/strict'
import { generateKeyPairSync, type JsonWebKey } from 'node:crypto'
import { describe, it } from 'node:test'
import { inspect } from 'node:util'
import { BootError } from '../../std/errors.ts'
import { Secret } from '../../std/secret.ts'
import { signingKeys } from './signing-keys.ts'

const ed25519 = generateKeyPairSync('ed25519')
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const jwk = (pair: typeof ed25519, part: 'privateKey' | 'publicKey' = 'privateKey'): JsonWebKey => pair[part].export({ format: 'jwk' })
const pem = (pair: typeof ed25519): string => pair.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
const from = (value: string, mode: 'production' | 'development' = 'production') => signingKeys({ secret: new Secret(value), mode })

describe('signingKeys', () => {
  it('takes Ed25519 and P-256, as JWK or PEM, and names the key by its thumbprint · M05.19', () => {
    for (const [pair, alg] of [
      [ed25519, 'EdDSA'],
      [p256, 'ES256'],
    ] as const) {
      const { current } = from(JSON.stringify(jwk(pair)))
      assert.equal(current.alg, alg)
      assert.match(current.kid, /^[A-Za-z0-9_-]{43}$/)
      assert.equal(
        from(`-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${pem(pair)}`).current.kid,
        current.kid,
      )
    }
  })

  it('computes the thumbprint of RFC 8037, A.3', () => {
    const { current } = from(
      '{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}',
      'development',
    )
    assert.equal(current.kid, 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k')
  })

  it('signs with the first of a set, verifies with all, and publishes public halves only · M05.15', () => {
    const set = {
      keys: [
        { ...jwk(p256), kid: 'new' },
        { ...jwk(ed25519, 'publicKey'), kid: 'old' },
      ],
    }
    const keys = from(JSON.stringify(set))
    assert.equal(keys.current.kid, 'new')
    assert.deepEqual(
      keys.jwks().keys.map(({ kid, alg, use }) => ({ kid, alg, use })),
      [
        { kid: 'new', alg: 'ES256', use: 'sig' },
        { kid: 'old', alg: 'EdDSA', use: 'sig' },
      ],
    )
    assert.ok(keys.jwks().keys.every((key) => !('d' in key)))
    assert.equal(from(`${pem(ed25519)}\n${pem(p256)}`).jwks().keys.length, 2)
  })

  it('does not start in production without a key, and says how to make one', () => {
    assert.throws(() => signingKeys({ mode: 'production', dataDir: '/nowhere' }), {
      code: 'config-invalid',
      message: /AUTH_SIGNING_KEY is not set/,
      fix: /openssl genpkey/,
    })
  })

  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' })
  const wrong: Record<string, string> = {
    'a password': 'hunter2',
    'a JSON string': '"hunter2"',
    null: 'null',
    'an empty set': '{"keys":[]}',
    'a set of nothing': '{"keys":[null]}',
    'an HMAC key': JSON.stringify({ kty: 'oct', k: 'hunter2hunter2hunter2hunter2hunter2hunter2A' }),
    RSA: JSON.stringify(rsa),
    'P-384': JSON.stringify(generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey.export({ format: 'jwk' })),
    'a public key': JSON.stringify(jwk(ed25519, 'publicKey')),
    'halves of two keys': JSON.stringify({ ...jwk(ed25519), x: jwk(generateKeyPairSync('ed25519')).x }),
    'a private half cut short': JSON.stringify({ ...jwk(ed25519), d: jwk(ed25519).d!.slice(0, 20) }),
    'a point off the curve': JSON.stringify({ ...jwk(p256), y: jwk(p256).x }),
    'one key twice': JSON.stringify({ keys: [jwk(ed25519), jwk(ed25519)] }),
    'a broken PEM': '-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----',
    'half a JWK': '{"kty":"OKP","crv":"Ed25519","d":"hunter2',
  }
  for (const [what, value] of Object.entries(wrong))
    it(`refuses ${what} as configuration, by the variable's name and never by its value · M05.19`, () => {
      assert.throws(
        () => from(value),
        (error) => {
          assert.ok(error instanceof BootError)
          assert.equal(error.code, 'config-invalid')
          assert.match(error.message, /^AUTH_SIGNING_KEY /)
          const shown = inspect(error, { depth: 9 })
          for (const secret of ['hunter2', jwk(ed25519).d!, jwk(p256).d!, rsa.d!]) assert.ok(!shown.includes(secret))
          return true
        },
      )
    })

  it('refuses a published or patterned key in production only · M05.19', () => {
    const { d, x } = jwk(ed25519)
    const published =
      '{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}'
    // RFC 8410: an Ed25519 key is these 16 bytes and the seed.
    const seed = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, 'changeme')])
    const patterned = `-----BEGIN PRIVATE KEY-----\n${seed.toString('base64')}\n-----END PRIVATE KEY-----`
    for (const value of [published, patterned]) {
      assert.throws(() => from(value), { code: 'secret-weak', message: /^AUTH_SIGNING_KEY / })
      assert.ok(from(value, 'development').current)
    }
    assert.ok(from(JSON.stringify({ kty: 'OKP', crv: 'Ed25519', d, x })).current)
  })

  it('never prints the private half', () => {
    const keys = from(JSON.stringify(jwk(ed25519)))
    assert.ok(!inspect([keys, keys.current], { depth: 9 }).includes(jwk(ed25519).d!))
    assert.ok(!JSON.stringify([keys, keys.jwks()]).includes(jwk(ed25519).d!))
  })

  it('says that it must be opened when it is used too early', () => {
    assert.throws(() => signingKeys({ mode: 'test' }).current, /before they are opened/)
  })
})
