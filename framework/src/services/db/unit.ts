import type { Kysely } from 'kysely'
import type { QueryResult } from 'pg'
import { AppError } from '../../std/errors.ts'
import { builder, kyselyOn, statementsOn } from './builder.ts'
import { mapConstraint, type ConstraintMap } from './constraints.ts'
import { commitOutcomeUnknown, databaseUnavailable, isRetryable, sqlState } from './errors.ts'
import { assertSafe } from './safe.ts'
import type { Session } from './session.ts'
import type { Statement, Tx } from './tx.ts'

type Hook = () => void | Promise<void>

/** One run of a transaction on one connection, from BEGIN to COMMIT or ROLLBACK. */
export class Unit {
  readonly session: Session
  readonly tx: Tx
  /** Neither committed nor rolled back. */
  open = true
  /** The first error that the server answered: what aborted the transaction, whatever `work` made of it. */
  failure: unknown
  readonly hooks: Hook[] = []
  #last: Statement[] = []
  #joins: Promise<unknown> = Promise.resolve()
  readonly #constraints: ConstraintMap
  readonly #begin: string
  #begun = false
  #answered = false
  /** How many savepoints are open. Only the innermost `Tx` may be used, or its statements would be undone with a savepoint that is not theirs. */
  #level = 0

  constructor(session: Session, constraints: ConstraintMap, begin: string) {
    this.session = session
    this.#constraints = constraints
    this.#begin = begin
    this.tx = this.#handle(0)
  }

  #handle(level: number): Tx {
    const assertUsable = (): void => {
      if (!this.open) throw new Error('This transaction is over: await everything that uses `tx` inside of its work.')
      if (level !== this.#level)
        throw new Error('A savepoint is open: use the `tx` that its work was given, and await it before the outer one is used again.')
    }
    const query: Unit['query'] = (sql, parameters) => this.query(sql, parameters)
    let kysely: Kysely<unknown> | undefined
    return {
      '~queryable': true,
      '~tx': true,
      get [builder]() {
        return (kysely ??= kyselyOn(statementsOn((sql, parameters) => (assertUsable(), query(sql, parameters)))))
      },
      transaction: (work) => (assertUsable(), this.#savepoint(work)),
      withCommit: (statement) => (assertUsable(), void this.#last.push(statement)),
      afterCommit: (hook) => (assertUsable(), void this.hooks.push(hook)),
    } as Tx
  }

  async query(sql: string, parameters?: readonly unknown[]): Promise<QueryResult> {
    assertSafe(sql)
    // BEGIN is sent together with the first statement: it costs no round trip, and a transaction without statements nothing at all.
    const begun = this.#begun ? undefined : this.session.query(this.#begin)
    this.#begun = true
    begun?.catch(() => {})
    try {
      const result = await this.session.query(sql, parameters)
      await begun
      this.#answered = true
      return result
    } catch (error) {
      this.failure ??= error
      throw mapConstraint(error, this.#constraints)
    }
  }

  async #savepoint<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result> {
    const level = ++this.#level
    const name = `level_${level}`
    const hooksBefore = this.hooks.length
    const lastBefore = this.#last
    this.#last = [...lastBefore]
    try {
      await this.query(`savepoint ${name}`)
      const result = await work(this.#handle(level))
      await this.query(`release savepoint ${name}`)
      return result
    } catch (error) {
      this.hooks.length = hooksBefore
      this.#last = lastBefore
      if (this.open && !this.session.interrupted && !this.session.broken) {
        await this.query(`rollback to savepoint ${name}; release savepoint ${name}`)
        // A serialization failure or a deadlock is about the whole unit, however small the part that met it.
        if (!isRetryable(this.failure)) this.failure = undefined
      }
      throw error
    } finally {
      this.#level = level - 1
    }
  }

  /** Runs `work` as a part that may fail by itself. One after the other: savepoints nest, but they cannot overlap. */
  join<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result> {
    const joined = this.#joins.then(() => this.#part(work))
    this.#joins = joined.catch(() => {})
    return joined
  }

  async #part<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result> {
    if (!this.open) throw new Error('This transaction is over: await everything inside of its work.')
    // What an earlier part left for the commit, this one may want to read.
    await Promise.all(this.#last.splice(0).map(({ sql, parameters }) => this.query(sql, parameters)))
    const hooksBefore = this.hooks.length
    // Neither is awaited: they travel with the statements around them. Should one fail, so does the commit.
    this.query('savepoint part').catch(() => {})
    try {
      const result = await work(this.tx)
      this.query('release savepoint part').catch(() => {})
      return result
    } catch (error) {
      this.hooks.length = hooksBefore
      this.#last = []
      if (this.open && !this.session.interrupted && !this.session.broken) {
        await this.query('rollback to savepoint part; release savepoint part')
        if (!isRetryable(this.failure)) this.failure = undefined
      }
      throw error
    }
  }

  /**
   * Whether running the whole unit again can help: the server asked for it, or its connection had died unnoticed in the pool.
   * A connection that the server ended on purpose does not count, or a query that somebody killed would come back.
   */
  get repeatable(): boolean {
    if (isRetryable(this.failure)) return true
    return isLost(this.failure) && !this.#answered && sqlState(this.failure.cause) === undefined
  }

  async commit(): Promise<void> {
    this.open = false
    // Not awaited one by one: the server runs them in order, and COMMIT behind a failed one is a rollback.
    const last = this.#last.map(({ sql, parameters }) => this.query(sql, parameters))
    for (const sent of last) sent.catch(() => {})
    if (!this.#begun) return
    // Lost since the last statement, or the work swallowed that: the commit is not even sent.
    if (this.session.broken) {
      throw isLost(this.failure) ? this.failure : databaseUnavailable(new Error('The connection was lost before the commit.'))
    }
    try {
      const [{ command }] = await Promise.all([this.session.query('commit', undefined, Infinity), Promise.allSettled(last)])
      if (command === 'COMMIT') return
    } catch (error) {
      if (isLost(error)) throw commitOutcomeUnknown(error.cause)
      this.failure ??= error
      throw mapConstraint(error, this.#constraints)
    }
    await Promise.all(last)
    throw new Error('Nothing was saved: a statement of this transaction had failed, and the error was caught by its work.', {
      cause: this.failure,
    })
  }

  /** After a COMMIT that was refused, or instead of one. */
  async rollback(): Promise<void> {
    this.open = false
    if (this.#begun || this.session.interrupted) await this.session.rollback()
  }
}

function isLost(error: unknown): error is AppError {
  return error instanceof AppError && error.code === 'database-unavailable'
}
