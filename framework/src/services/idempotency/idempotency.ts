import type { Db } from '../db/db.ts'
import { deleteAnswer, findAnswer, insertAnswer, lockKey, type StoredAnswer } from './answers.ts'

export interface IdempotencyOptions {
  /** Where the business is: its migrations include `idempotencyMigrations`. */
  db: Db
  /** Milliseconds that an answer is kept. Default 24 hours. */
  ttl?: number
}

/** Who asks for what under which key. */
export interface KeyedRequest {
  /** Whose key it is: two scopes may use the same key. */
  readonly scope: string
  readonly key: string
  /** The same for requests that ask for the same. */
  readonly fingerprint: string
}

export type KeyedOutcome =
  /** This call did the work, and its answer is kept. */
  | { readonly kind: 'done'; readonly answer: StoredAnswer }
  /** An earlier one did. */
  | { readonly kind: 'replayed'; readonly answer: StoredAnswer }
  /** The key belongs to another request. */
  | { readonly kind: 'reused' }
  /** Another call is doing it. */
  | { readonly kind: 'running' }

/**
 * Does the work of a request once, however often the request comes, and keeps its answer in the same transaction as its effects.
 *
 * ```ts
 * import { idempotency } from 'throughline/idempotency'
 * import type { Db } from 'throughline/db'
 *
 * export const once = (db: Db) => idempotency({ db, ttl: 3_600_000 })
 * ```
 */
export function idempotency(options: IdempotencyOptions): Idempotency {
  return new Idempotency(options)
}

export class Idempotency {
  readonly #db: Db
  readonly #ttl: number
  readonly #running = new Set<string>()

  constructor({ db, ttl = 24 * 3_600_000 }: IdempotencyOptions) {
    this.#db = db
    this.#ttl = ttl
  }

  /**
   * Runs `work`, unless its answer is known. Every transaction of the database below it joins this one: effects and answer are committed
   * together, and when `work` throws, there is neither.
   */
  async once(request: KeyedRequest, work: () => Promise<StoredAnswer>): Promise<KeyedOutcome> {
    const name = `${request.scope} ${request.key}`
    // Seen here first, so that a second call waits for no connection; other processes are kept out by the lock.
    if (this.#running.has(name)) return { kind: 'running' }
    this.#running.add(name)
    try {
      return await this.#transact(name, request, work)
    } catch (error) {
      if (isTaken(error)) return { kind: 'running' }
      throw error
    } finally {
      this.#running.delete(name)
    }
  }

  #transact(name: string, request: KeyedRequest, work: () => Promise<StoredAnswer>): Promise<KeyedOutcome> {
    return this.#db.transaction<KeyedOutcome>(
      async (tx) => {
        // One flight, two statements: the second sees what was committed by whoever had the lock before.
        const [free, found] = await Promise.all([lockKey(tx, name), findAnswer(tx, request)])
        if (!free) return { kind: 'running' }
        if (found !== undefined && !found.expired)
          return found.fingerprint === request.fingerprint ? { kind: 'replayed', answer: found } : { kind: 'reused' }
        if (found !== undefined) await deleteAnswer(tx, request)
        const answer = await work()
        insertAnswer(tx, request, answer, this.#ttl)
        return { kind: 'done', answer }
      },
      { encloses: true },
    )
  }
}

/** The primary key is the last word, should two locks ever be had for one key. */
function isTaken(error: unknown): boolean {
  const { code, constraint } = error as { code?: unknown; constraint?: unknown }
  return code === '23505' && constraint === 'idempotency_answers_pkey'
}
