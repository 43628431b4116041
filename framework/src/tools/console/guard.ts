import { createHmac } from 'node:crypto'
import { withHeaders, type Around, type Context } from '../../http/stage.ts'
import type { Clock } from '../../std/clock.ts'
import { isSameSecret } from '../../std/same-secret.ts'
import type { Secret } from '../../std/secret.ts'
import { ConsoleClosed } from './contract.ts'
import { isOfThisMachine } from './home.ts'

export interface GuardNeeds {
  readonly mode: 'development' | 'production' | 'test'
  readonly token: Secret<string> | undefined
  readonly clock: Clock
}

const cookie = 'console-session'
const life = 12 * 3_600_000

/**
 * Who may look: outside production whoever sits at this machine, everywhere whoever has the token. Without a token there is no console in production,
 * not even one that says so.
 */
export class ConsoleGuard {
  readonly #needs: GuardNeeds

  constructor(needs: GuardNeeds) {
    this.#needs = needs
  }

  /** The layer around everything that shows something. */
  readonly layer: Around = async (c, next) => {
    // A page elsewhere must not make this browser change anything here, whatever cookies it has.
    const site = c.headers['sec-fetch-site']
    if (!this.isOpenTo(c) || (site !== undefined && site !== 'same-origin' && site !== 'none')) throw ConsoleClosed()
    return withHeaders(await next(), { 'cache-control': 'no-store' })
  }

  /** Whether there is a console at all. */
  get exists(): boolean {
    return this.#needs.mode !== 'production' || this.#needs.token !== undefined
  }

  isOpenTo(c: Context): boolean {
    return this.#isAtHome(c) || this.#hasToken(c)
  }

  /** A cookie in place of the token; undefined when that is not the right one. */
  signIn(token: string, secure: boolean): string | undefined {
    const right = this.#needs.token?.reveal()
    if (right === undefined || !isSameSecret(token, right)) return undefined
    const until = String(this.#needs.clock.now().getTime() + life)
    return this.cookie(`${until}.${signature(until, right)}`, secure, life / 1000)
  }

  cookie(value: string, secure: boolean, maxAge: number): string {
    return `${cookie}=${value}; Path=/console; Max-Age=${maxAge}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`
  }

  #isAtHome(c: Context): boolean {
    return this.#needs.mode !== 'production' && isOfThisMachine(c)
  }

  #hasToken(c: Context): boolean {
    const right = this.#needs.token?.reveal()
    if (right === undefined) return false
    const bearer = /^Bearer (.+)$/i.exec(c.headers['authorization'] ?? '')?.[1]
    if (bearer !== undefined) return isSameSecret(bearer, right)
    const [until = '', signed = ''] = (c.cookies[cookie] ?? '').split('.')
    return isSameSecret(signed, signature(until, right)) && Number(until) > this.#needs.clock.now().getTime()
  }
}

function signature(until: string, token: string): string {
  return createHmac('sha256', token).update(`console ${until}`).digest('base64url')
}
