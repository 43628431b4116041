import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { parsePhc, toPhc, type Argon2Cost, type Argon2Hash } from './phc.ts'
import { overloaded } from './problems.ts'

export interface Passwords {
  /** A PHC string with a salt of its own: `$argon2id$v=19$m=19456,t=2,p=1$…`. */
  hash(password: string): Promise<string>
  /** Give `undefined` for a user who does not exist: it takes as long as a wrong password, and resolves to false. Rejects when `phc` is malformed. */
  verify(password: string, phc: string | undefined): Promise<boolean>
  /** True when the hash was made with other costs than today's: hash the password anew after a successful `verify`. */
  needsRehash(phc: string): boolean
}

export interface PasswordOptions {
  /** Default: 19 MiB, 2 passes, 1 lane (OWASP's minimum; about 25 ms). */
  cost?: Argon2Cost
  /** How many are computed at once, each with `cost.memory` of its own. Default 2. */
  concurrency?: number
  /** How many wait for their turn; one more is refused. Default 64. */
  queue?: number
}

const derive = promisify(argon2)

/**
 * Hashes and checks passwords with argon2id (RFC 9106), off the event loop and in a bounded queue.
 *
 * Passwords are taken as UTF-8 after NFC, so that one typed on another keyboard is the same; their length is the contract's to limit.
 * Beyond the queue both methods reject with `overloaded` (503, `Retry-After`): a flood of logins costs memory for nobody else.
 *
 * ```ts
 * import { passwords } from 'throughline/auth'
 *
 * const secure = passwords()
 * const phc = await secure.hash('correct horse battery staple')
 * const same = await secure.verify('correct horse battery staple', phc)
 * ```
 */
export function passwords(options: PasswordOptions = {}): Passwords {
  const cost = options.cost ?? { memory: 19_456, passes: 2, parallelism: 1 }
  const turn = turnstile(options.concurrency ?? 2, options.queue ?? 64)
  const unknownUser: Argon2Hash = { ...cost, salt: randomBytes(16), tag: randomBytes(32) }

  const tagOf = (password: string, { memory, passes, parallelism, salt, tag }: Argon2Hash): Promise<Buffer> =>
    turn(() =>
      derive('argon2id', {
        message: Buffer.from(password.normalize('NFC')),
        nonce: salt,
        parallelism,
        memory,
        passes,
        tagLength: tag.length,
      }),
    )

  return {
    async hash(password) {
      const fresh = { ...cost, salt: randomBytes(16), tag: Buffer.alloc(32) }
      return toPhc({ ...fresh, tag: await tagOf(password, fresh) })
    },
    async verify(password, phc) {
      const stored = phc === undefined ? unknownUser : parsePhc(phc)
      const tag = await tagOf(password, stored)
      return timingSafeEqual(tag, stored.tag) && phc !== undefined
    },
    needsRehash(phc) {
      const stored = parsePhc(phc)
      return stored.memory !== cost.memory || stored.passes !== cost.passes || stored.parallelism !== cost.parallelism
    },
  }
}

/** Lets `concurrency` pass at once and `queue` wait, in order. */
function turnstile(concurrency: number, queue: number) {
  const waiting: (() => void)[] = []
  let passing = 0
  return async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (passing < concurrency) passing++
    else if (waiting.length >= queue) throw overloaded(`${queue} password checks are waiting already. Try again in a second.`, 1)
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      // The place is handed on, not freed: freeing it would let a newcomer overtake who waits.
      const next = waiting.shift()
      if (next) next()
      else passing--
    }
  }
}
