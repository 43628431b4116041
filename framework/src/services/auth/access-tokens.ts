import type { JWTPayload, JWTVerifyOptions } from 'jose'
import type { Actor } from '../../std/actor.ts'
import type { Clock } from '../../std/clock.ts'
import { uuidv7, type Ids } from '../../std/ids.ts'
import { isCompactJws, isOwnJson } from './compact-jws.ts'
import { jose } from './jose.ts'
import { unauthenticated } from './problems.ts'
import { headerOf, type PublicJwk, type SigningKey } from './signing-key.ts'
import type { SigningKeys } from './signing-keys.ts'

export interface AccessTokens {
  /** Milliseconds. */
  readonly ttl: number
  sign(actor: Actor): Promise<string>
  /** Throws or rejects with `unauthenticated`. Gives the actor itself, not a promise, for a token that it has verified before. */
  verify(token: string): Actor | Promise<Actor>
  /** The public halves of the keys: the document of `/.well-known/jwks.json`. */
  jwks(): { readonly keys: readonly PublicJwk[] }
}

export interface AccessTokenOptions {
  /** Exactly this `iss`. */
  issuer: string
  audience: string
  keys: SigningKeys
  clock: Clock
  ids?: Ids
  /** Milliseconds. Default 15 minutes. It is also how long a token outlives its session. */
  ttl?: number
  /** How many verified tokens are remembered. Default 10,000 (some 5 MB). */
  remember?: number
}

/** Seconds that the clocks of two instances may differ. */
const skew = 5

/**
 * Signs and verifies access tokens: JWTs of the profile RFC 9068, EdDSA or ES256, good for this application only.
 *
 * A token is accepted when this application could have written it, byte for byte; everything else is `unauthenticated` (401).
 * Verified tokens are remembered, because a signature costs 100 µs; their expiry is still checked on every use.
 *
 * ```ts
 * import { accessTokens, signingKeys } from 'throughline/auth'
 * import { systemClock } from 'throughline/std'
 *
 * const keys = signingKeys({ dataDir: './.data', mode: 'development' })
 * const tokens = accessTokens({ issuer: 'https://shop.example', audience: 'shop', keys, clock: systemClock })
 * await keys.open()
 * const actor = await tokens.verify(await tokens.sign({ id: 'alice', roles: ['customer'] }))
 * ```
 */
export function accessTokens(options: AccessTokenOptions): AccessTokens {
  const { issuer, audience, keys, clock, ids = uuidv7(clock), ttl = 15 * 60_000, remember = 10_000 } = options
  const remembered = new Map<string, { token: string; actor: Actor; expires: number }>()
  const nowSeconds = () => Math.floor(clock.now().getTime() / 1000)

  const check = async (token: string): Promise<Actor> => {
    const key = keyOf(token, keys)
    const claims = await verifiedClaims(token, key, {
      algorithms: [key.alg],
      typ: 'at+jwt',
      issuer,
      audience,
      requiredClaims: ['exp', 'nbf', 'sub', 'jti'],
      // Refuses a far `exp` too: no token is older than `ttl`, whatever it says of itself.
      maxTokenAge: ttl / 1000,
      clockTolerance: skew,
      currentDate: clock.now(),
    })
    const actor = toActor(claims)
    if (remembered.size >= remember) remembered.delete(remembered.keys().next().value!)
    remembered.set(signatureOf(token), { token, actor, expires: Math.min(claims.exp!, claims.iat! + ttl / 1000) + skew })
    return actor
  }

  return {
    ttl,
    async sign(actor) {
      const { privateKey, ...key } = keys.current
      const iat = nowSeconds()
      const sid = actor.sessionId
      const claims = {
        iss: issuer,
        aud: audience,
        sub: actor.id,
        ...(sid !== undefined && { sid }),
        roles: [...actor.roles],
        jti: ids.next(),
      }
      const { SignJWT } = await jose()
      return new SignJWT({ ...claims, iat, nbf: iat, exp: iat + Math.floor(ttl / 1000) })
        .setProtectedHeader(headerOf(key))
        .sign(privateKey!)
    },
    verify(token) {
      const known = remembered.get(signatureOf(token))
      if (known === undefined || known.token !== token) return check(token)
      if (nowSeconds() >= known.expires) throw expired()
      return known.actor
    },
    jwks: () => keys.jwks(),
  }
}

/** Everything that can be refused without mathematics, before jose sees a byte. */
function keyOf(token: string, keys: SigningKeys): SigningKey {
  if (!isCompactJws(token)) throw unauthenticated('The access token is malformed.')
  const [header, payload] = token.split('.') as [string, string, string]
  // The header is compared, never parsed: `none`, another algorithm, `crit`, `jku`, an embedded key or a member said twice cannot even be asked for.
  const key = keys.find(header)
  if (key === undefined) throw unauthenticated('The access token was not signed by a key of this application. Log in again.')
  if (!isOwnJson(payload)) throw unauthenticated('The access token is malformed.')
  return key
}

async function verifiedClaims(token: string, key: SigningKey, options: JWTVerifyOptions): Promise<JWTPayload> {
  const { JWTClaimValidationFailed, JWTExpired, jwtVerify } = await jose()
  try {
    return (await jwtVerify(token, key.publicKey, options)).payload
  } catch (error) {
    if (error instanceof JWTExpired) throw expired()
    // The claim's name only: the signature was right, so whoever sent it may know what is wrong with it.
    if (error instanceof JWTClaimValidationFailed) throw unauthenticated(`The access token is not meant for here or now: ${error.claim}.`)
    throw unauthenticated('The access token has a wrong signature. Log in again.')
  }
}

function toActor({ sub, sid, roles, jti }: JWTPayload): Actor {
  const texts = Array.isArray(roles) && roles.every((role) => typeof role === 'string')
  if (typeof sub !== 'string' || sub === '' || typeof jti !== 'string' || !texts || (sid !== undefined && typeof sid !== 'string'))
    throw unauthenticated('The access token lacks a claim that every token of this application has. Log in again.')
  return Object.freeze({ id: sub, roles: Object.freeze([...roles]), ...(sid !== undefined && { sessionId: sid as string }) })
}

/** Both algorithms sign in 64 bytes. Looking up the whole token would hash all of it on every request, at four times the cost. */
function signatureOf(token: string): string {
  return token.slice(-86)
}

function expired() {
  return unauthenticated('The access token has expired. Get a new one with the refresh token.')
}
