import { join } from 'node:path'
import type { JsonWebKey } from 'node:crypto'
import { BootError } from '../../std/errors.ts'
import type { Resource } from '../../std/resource.ts'
import type { Secret } from '../../std/secret.ts'
import { readOrCreate } from './key-file.ts'
import { generateSigningKey, toSigningKey, type PublicJwk, type SigningKey } from './signing-key.ts'

/** The keys of the access tokens. A resource, because development reads and creates a file. */
export interface SigningKeys extends Resource {
  /** The first of the set: it signs. */
  readonly current: SigningKey
  /** The key whose tokens begin with this segment. */
  find(header: string): SigningKey | undefined
  /** The public halves: the document of `/.well-known/jwks.json` (RFC 7517). */
  jwks(): { readonly keys: readonly PublicJwk[] }
}

export interface SigningKeysOptions {
  /** `AUTH_SIGNING_KEY`: a JWK, a JWK Set or PEM, Ed25519 or P-256. The first key signs, every key verifies. Required in production. */
  secret?: Secret | undefined
  /** Where a key is made and kept when `secret` is not set. Without it the key lives as long as the process. */
  dataDir?: string | undefined
  mode: 'development' | 'test' | 'production'
}

/**
 * Keeps the keys that sign access tokens.
 *
 * To rotate, add the new key as the second of the set and deploy, move it to the front and deploy, and take the old one out a token's life later.
 * Throws `BootError`: `config-invalid` for a missing or unreadable key, `secret-weak` for a published or patterned one in production.
 *
 * ```ts
 * import { signingKeys } from 'throughline/auth'
 * import { Secret } from 'throughline/std'
 *
 * const key = process.env['AUTH_SIGNING_KEY']
 * const keys = signingKeys({ secret: key === undefined ? undefined : new Secret(key), dataDir: './.data', mode: 'development' })
 * ```
 */
export function signingKeys({ secret, dataDir, mode }: SigningKeysOptions): SigningKeys {
  const production = mode === 'production'
  if (secret === undefined && production)
    throw new BootError('config-invalid', 'AUTH_SIGNING_KEY is not set. Production needs an Ed25519 or P-256 private key, as JWK or PEM.', {
      fix: 'Make one with `openssl genpkey -algorithm ed25519` and set AUTH_SIGNING_KEY to it; every instance needs the same.',
    })
  let keys = secret === undefined ? undefined : parseKeys(secret.reveal(), { from: 'AUTH_SIGNING_KEY', production })

  const opened = (): readonly [SigningKey, ...SigningKey[]] => {
    if (keys === undefined) throw new Error('The signing keys are used before they are opened: list them in `resources`.')
    return keys
  }
  return {
    name: 'signing keys',
    async open() {
      if (keys !== undefined) return
      const path = dataDir === undefined ? undefined : join(dataDir, 'keys', 'signing.json')
      const text =
        path === undefined ? JSON.stringify(generateSigningKey()) : await readOrCreate(path, () => JSON.stringify(generateSigningKey()))
      keys = parseKeys(text, { from: path ?? 'the generated key', production })
    },
    async close() {},
    get current() {
      return opened()[0]
    },
    find: (header) => opened().find((key) => key.header === header),
    jwks: () => ({ keys: opened().map((key) => key.publicJwk) }),
  }
}

function parseKeys(text: string, { from, production }: { from: string; production: boolean }): [SigningKey, ...SigningKey[]] {
  const refuse = (reason: string): BootError =>
    new BootError('config-invalid', `${from} ${reason}. A JWK, a JWK Set or PEM is expected, Ed25519 or P-256.`)
  const inputs = readInputs(text)
  if (inputs === undefined) throw refuse('is neither JSON nor PEM')
  const keys = inputs.map((input, index) => {
    try {
      return toSigningKey(input)
    } catch (error) {
      throw refuse(`${inputs.length > 1 ? `(key ${index + 1}) ` : ''}${(error as Error).message}`)
    }
  })
  const [first, ...others] = keys
  if (first === undefined) throw refuse('holds no key')
  if (first.privateKey === undefined) throw refuse('begins with a public key; the first key signs, so it must be a private one')
  if (new Set(keys.map((key) => key.kid)).size < keys.length) throw refuse('has two keys with the same kid')
  if (production && keys.some(isWeak))
    throw new BootError('secret-weak', `${from} is a published example or a pattern, not a random key.`, {
      fix: 'Make one with `openssl genpkey -algorithm ed25519`.',
    })
  return [first, ...others]
}

/** `openssl ecparam` writes a block of parameters before the key: it is passed over. The parser's own error is dropped on purpose: `JSON.parse` quotes its input, which is the secret. */
function readInputs(text: string): (JsonWebKey | string)[] | undefined {
  const pem = text.match(/-----BEGIN [A-Z ]*KEY-----[^-]+-----END [A-Z ]*KEY-----/g)
  if (pem !== null) return pem
  try {
    const value = JSON.parse(text) as JsonWebKey | { keys: JsonWebKey[] } | null
    if (typeof value !== 'object' || value === null) return undefined
    return Array.isArray(value['keys']) ? (value['keys'] as JsonWebKey[]) : [value as JsonWebKey]
  } catch {
    return undefined
  }
}

/** The `x` of keys whose private half is printed in a standard or on a website. */
const published = new Set([
  '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo', // RFC 8037, A.1
  'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU', // RFC 7515, A.3
  'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4', // RFC 7517, A.2
  'EVs_o5-uQbTjL3chynL4wXgUg2R9q9UU8I5mEovUf84', // jwt.io's ES256 example
])

function isWeak({ privateKey, publicJwk }: SigningKey): boolean {
  if (published.has(publicJwk.x)) return true
  const d = privateKey?.export({ format: 'jwk' }).d
  // 32 random bytes hold about 30 different values; a repeated word or a row of zeros holds a few.
  return d !== undefined && new Set(Buffer.from(d, 'base64url')).size < 16
}
