import { hkdfSync, randomBytes } from 'node:crypto'
import { Secret } from 'throughline/std'

/**
 * What cursors are signed with: derived from the signing key, so that every instance has the same and operators keep one secret.
 * Without one it is as old as the process, and cursors from before a restart are refused.
 */
export function cursorSecret(signingKey: Secret | undefined): Secret {
  const bytes = signingKey === undefined ? randomBytes(32) : Buffer.from(hkdfSync('sha256', signingKey.reveal(), '', 'list cursors', 32))
  return new Secret(bytes.toString('base64url'))
}
