import type { Actor } from '../../std/actor.ts'
import { systemClock } from '../../std/clock.ts'
import type { Authenticator } from '../../http/stage.ts'
import { accessTokens, bearer, passwords, policy, signingKeys, type AccessTokens } from './index.ts'

declare const actor: Actor
declare const tokens: AccessTokens

const mayShip = policy(
  'orders.ship',
  (who, order: { status: string }) => (who.roles.includes('support') && order.status === 'paid') || 'No.',
)
const mayEnter = policy('enter', () => true)

mayShip(actor, { status: 'paid' }) satisfies void
mayShip.allows(actor, { status: 'paid' }) satisfies boolean
mayShip.name satisfies string
mayEnter(actor)

// @ts-expect-error the subject is of another type
mayShip(actor, { state: 'paid' })
// @ts-expect-error the subject is missing
mayShip(actor)
// @ts-expect-error there is no actor
mayShip({ status: 'paid' })
// @ts-expect-error a refusal needs a sentence
policy('silent', (who) => who.roles.includes('support'))
// @ts-expect-error a rule decides at once: load what it needs before
policy('late', async () => true as const)
// @ts-expect-error a policy is frozen
mayShip.allows = () => true

bearer({ tokens }) satisfies Authenticator
const keys = signingKeys({ mode: 'test' })
// @ts-expect-error every token is meant for somebody
accessTokens({ issuer: 'https://shop.example', keys, clock: systemClock })
// @ts-expect-error a key is a Secret, not text that prints
signingKeys({ secret: '{"kty":"OKP"}', mode: 'test' })
// @ts-expect-error a hash alone cannot be compared
void passwords().verify('password')
