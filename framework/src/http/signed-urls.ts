import { createHmac, timingSafeEqual } from 'node:crypto'
import { LinkInvalid } from '../contract/problems.ts'
import type { Clock } from '../std/clock.ts'
import type { Secret } from '../std/secret.ts'

export interface SignedUrls {
  /** The path and query with `expires` and `signature` behind them. `lifetime` is in milliseconds. */
  sign(target: string, lifetime: number): string
  /** Throws `LinkInvalid` when the link was altered, was never signed, or is over. */
  verify(url: URL): void
}

/**
 * Links that carry their own permission: whoever has one may do what it says until it expires. Signed are path, query and expiry
 * (HMAC-SHA-256), not the host, which a proxy may change.
 *
 * ```ts
 * import { signedUrls } from 'throughline/http'
 * import { Secret, systemClock } from 'throughline/std'
 *
 * const links = signedUrls({ secret: new Secret('at least 32 bytes of something random'), clock: systemClock })
 * const link = links.sign('/files/42', 15 * 60_000)
 * links.verify(new URL(link, 'https://shop.example'))
 * ```
 */
export function signedUrls({ secret, clock }: { secret: Secret; clock: Clock }): SignedUrls {
  const digest = (target: string) => createHmac('sha256', secret.reveal()).update(target).digest()
  return {
    sign(target, lifetime) {
      const expires = Math.floor((clock.now().getTime() + lifetime) / 1000)
      const dated = `${target}${target.includes('?') ? '&' : '?'}expires=${expires}`
      return `${dated}&signature=${digest(dated).toString('base64url')}`
    },
    verify({ pathname, search }) {
      const [, query, signature] = /^(\?.*)&signature=([\w-]{43})$/.exec(search) ?? []
      if (query === undefined || !timingSafeEqual(digest(pathname + query), Buffer.from(signature!, 'base64url'))) throw LinkInvalid()
      // Read where it was signed: at the end.
      const expires = Number(/[?&]expires=(\d+)$/.exec(query)?.[1] ?? 0)
      if (clock.now().getTime() >= expires * 1000) throw LinkInvalid()
    },
  }
}
