import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto'

/** One key of the set. Without a `privateKey` it only verifies. */
export interface SigningKey {
  readonly kid: string
  readonly alg: 'EdDSA' | 'ES256'
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject | undefined
  readonly publicJwk: PublicJwk
  /** The first segment of every token that this key signs, byte for byte. */
  readonly header: string
}

/** What a JWKS document shows of a key (RFC 7517, RFC 8037). */
export type PublicJwk = { readonly kty: string; readonly crv: string; readonly x: string; readonly y?: string } & Readonly<
  Record<'kid' | 'alg' | 'use', string>
>

/** A private or public key, as JWK or PEM. Throws a sentence that never holds any of the input. */
export function toSigningKey(input: JsonWebKey | string): SigningKey {
  const privateKey = attempt(() => (typeof input === 'string' ? createPrivateKey(input) : createPrivateKey({ key: input, format: 'jwk' })))
  const publicKey = attempt(() =>
    typeof input === 'string' ? createPublicKey(input) : createPublicKey({ key: publicMembers(input), format: 'jwk' }),
  )
  // A JWK with a damaged `d` would otherwise pass for a public one, and a production would start that cannot sign.
  if (publicKey === undefined || (privateKey === undefined && typeof input !== 'string' && input.d !== undefined))
    throw new Error('is not a key that can be read')
  const alg = algorithmOf(publicKey)
  if (privateKey !== undefined && !belongTogether(privateKey, publicKey))
    throw new Error('has a private and a public part that do not belong together')

  const { kty, crv, x, y } = publicKey.export({ format: 'jwk' }) as { kty: string; crv: string; x: string; y?: string }
  const point = { crv, kty, x, ...(y !== undefined && { y }) }
  const given = typeof input === 'string' ? undefined : input['kid']
  const kid = typeof given === 'string' && given !== '' ? given : thumbprint(point)
  return Object.freeze({
    kid,
    alg,
    publicKey,
    privateKey,
    publicJwk: Object.freeze({ ...point, kid, alg, use: 'sig' }),
    header: Buffer.from(JSON.stringify(headerOf({ alg, kid }))).toString('base64url'),
  })
}

export function generateSigningKey(): JsonWebKey {
  return generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
}

/** The protected header of an access token (RFC 9068). */
export function headerOf({ alg, kid }: { alg: string; kid: string }): { alg: string; kid: string; typ: string } {
  return { alg, kid, typ: 'at+jwt' }
}

function algorithmOf(key: KeyObject): 'EdDSA' | 'ES256' {
  if (key.asymmetricKeyType === 'ed25519') return 'EdDSA'
  if (key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return 'ES256'
  throw new Error(`is a key of type ${key.asymmetricKeyType ?? 'unknown'}; Ed25519 and P-256 are allowed`)
}

function belongTogether(privateKey: KeyObject, publicKey: KeyObject): boolean {
  const algorithm = privateKey.asymmetricKeyType === 'ec' ? 'sha256' : null
  const sample = Buffer.from('throughline')
  return verify(algorithm, sample, publicKey, sign(algorithm, sample, privateKey))
}

function publicMembers({ kty, crv, x, y }: JsonWebKey): JsonWebKey {
  return { kty, crv, x, ...(y !== undefined && { y }) }
}

/** RFC 7638. `point` has its members in the order that the RFC wants. */
function thumbprint(point: { crv: string; kty: string; x: string }): string {
  return createHash('sha256').update(JSON.stringify(point)).digest('base64url')
}

// OpenSSL's reasons say nothing to an operator, and an error kept as a cause would end in the log.
function attempt(read: () => KeyObject): KeyObject | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
