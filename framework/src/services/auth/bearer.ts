import type { Actor } from '../../std/actor.ts'
import type { AccessTokens } from './access-tokens.ts'

const scheme = /^bearer(?: |$)/i

/**
 * Authenticates requests by `Authorization: Bearer` (RFC 6750), from the header only: tokens in a URL end in logs.
 *
 * Gives undefined without credentials or with another scheme's, and `unauthenticated` (401) for a token that is malformed, forged or expired.
 *
 * ```ts
 * import { bearer, type AccessTokens } from 'throughline/auth'
 *
 * export const authenticate = (tokens: AccessTokens) => bearer({ tokens })
 * ```
 */
export function bearer({ tokens }: { tokens: Pick<AccessTokens, 'verify'> }) {
  return ({ headers }: { readonly headers: Readonly<Record<string, string>> }): Actor | undefined | Promise<Actor> => {
    const credentials = headers['authorization']
    if (credentials === undefined || !scheme.test(credentials)) return undefined
    return tokens.verify(credentials.slice('bearer '.length))
  }
}
