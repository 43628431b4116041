import type { Client, QueryResult, types } from 'pg'
import { abortReason } from '../../std/abort.ts'
import type { Clock } from '../../std/clock.ts'
import type { Spans } from '../../std/spans.ts'
import type { DbDriver } from './driver.ts'
import { databaseUnavailable, isStalePlan, isUnavailable } from './errors.ts'
import { pg } from './pg.ts'
import { PreparedNames } from './prepared.ts'
import { withComment, type StatementComment } from './statement-comment.ts'
import type { Statements } from './statements.ts'

/** How long the engine may take to obey a cancel request or a rollback before its connection is cut. */
const graceMs = 5_000
const cancelAgainMs = 100

/** Who has borrowed a connection from the pool: what a full pool and the leak detector report. */
export interface Holder {
  readonly route: string | undefined
  readonly since: number
  /** Taken where a transaction was asked for; its stack names the line. Statements on their own cannot leak and have none. */
  readonly borrowed: Error | undefined
  readonly spans?: Spans | undefined
  readonly span?: number | undefined
  reported?: boolean
}

/** One connection to the database. It never rejects with anything that names a host, and it knows when it is beyond use. */
export class Session {
  /** No more statements may be sent: the connection is lost, or nobody knows what state it is in. */
  broken = false
  holder: Holder | undefined
  lastSql = ''
  idleSince: number
  readonly openedAt: number
  readonly #client: Client & { processID?: number; secretKey?: number }
  readonly #needs: SessionNeeds
  readonly #prepared: PreparedNames | undefined
  #running = 0
  #gathering = false
  #interruption: { readonly reason: unknown; readonly told: Promise<void> } | undefined
  #onQuiet: (() => void) | undefined

  constructor(client: Client, needs: SessionNeeds) {
    this.#client = client
    this.#needs = needs
    this.#prepared = needs.driver.prepares ? new PreparedNames() : undefined
    this.openedAt = this.idleSince = needs.clock.monotonic()
    const lost = (): void => {
      this.broken = true
      needs.onLost(this)
    }
    client.on('error', lost)
    client.on('end', lost)
  }

  /** Runs one statement, or several without parameters. Rejects with PostgreSQL's error, the reason of an interruption, or `database-unavailable`. */
  async query(sql: string, parameters?: readonly unknown[], deadline = this.#needs.statementDeadline): Promise<QueryResult> {
    this.#throwIfInterrupted()
    const disarm =
      deadline === Infinity ? undefined : this.#needs.clock.after(deadline, () => this.interrupt(abortReason('deadline-exceeded')))
    this.lastSql = sql
    this.#running++
    this.#gather()
    const spans = this.holder?.spans
    const span = spans?.begin('sql', sql, this.holder?.span)
    const began = this.#needs.clock.monotonic()
    try {
      // Only what has parameters: a script of several statements cannot be prepared.
      const { comment = 'none' } = this.#needs
      const text = withComment(sql, comment)
      // A text that is another one for every request is not worth a plan that is kept: nobody would ever ask for it again.
      const prepared = comment === 'request' && text !== sql ? undefined : this.#prepared
      const name = parameters === undefined || parameters.length === 0 ? undefined : prepared?.nameOf(text)
      const result = await this.#client.query({ text, values: parameters as unknown[], name })
      const rows = result.rowCount ?? 0
      spans?.end(span, { rows })
      this.#count(sql, began, rows)
      return result
    } catch (error) {
      spans?.fail(span, error)
      this.#count(sql, began, undefined)
      if (isStalePlan(error)) {
        this.#prepared?.forget()
        if (!this.inTransaction) return await this.query(sql, parameters, deadline)
      }
      if (isUnavailable(error)) this.broken = true
      this.#throwIfInterrupted()
      throw this.broken ? databaseUnavailable(error) : error
    } finally {
      disarm?.()
      if (--this.#running === 0) this.#onQuiet?.()
    }
  }

  #count(sql: string, began: number, rows: number | undefined): void {
    const { clock, statements } = this.#needs
    statements?.record(sql, { ms: clock.monotonic() - began, rows: rows ?? 0, failed: rows === undefined, route: this.holder?.route })
  }

  /** Everything of one tick leaves in one write: BEGIN with the first statement, the last one with COMMIT. */
  #gather(): void {
    if (this.#gathering) return
    this.#gathering = true
    const { stream } = this.#client.connection
    stream.cork()
    process.nextTick(() => {
      this.#gathering = false
      stream.uncork()
    })
  }

  #throwIfInterrupted(): void {
    if (this.#interruption !== undefined) throw this.#interruption.reason
  }

  /** Stops what is running, on the server, and refuses everything else until `rollback()`. */
  interrupt(reason: unknown): void {
    if (this.#interruption !== undefined || this.broken) return
    this.#interruption = { reason, told: this.#running > 0 ? this.#cancel() : Promise.resolve() }
  }

  async #cancel(): Promise<void> {
    const { clock, driver } = this.#needs
    const disarm = clock.after(graceMs, () => this.destroy())
    try {
      // Again and again: a request that overtakes its statement finds the backend idle, and is ignored.
      while (this.#running > 0 && !this.broken) {
        await driver.cancel(this.#client.processID ?? 0, this.#client.secretKey ?? 0)
        await this.#quiet(cancelAgainMs)
      }
    } catch {
      this.destroy()
    } finally {
      disarm()
    }
  }

  /** Resolves when nothing runs any more, or after `ms`. */
  #quiet(ms: number): Promise<void> {
    if (this.#running === 0) return Promise.resolve()
    return new Promise((resolve) => {
      const disarm = this.#needs.clock.after(ms, resolve)
      this.#onQuiet = () => (disarm(), resolve())
    })
  }

  get interrupted(): boolean {
    return this.#interruption !== undefined
  }

  /** Undoes whatever is open and forgets an interruption. Afterwards the connection is as new, or `broken`. */
  async rollback(): Promise<void> {
    // A cancel request names a backend, not a statement. Only once it has been delivered, and one statement has run since,
    // is it certain not to hit the next borrower's BEGIN, whose statements would then commit one by one.
    await this.#interruption?.told
    this.#interruption = undefined
    if (this.broken) return
    const disarm = this.#needs.clock.after(graceMs, () => this.destroy())
    try {
      await this.query('rollback', undefined, Infinity)
    } catch {
      this.destroy()
    } finally {
      disarm()
    }
  }

  /** Whether the server still answers on it. */
  async isAlive(): Promise<boolean> {
    const disarm = this.#needs.clock.after(graceMs, () => this.destroy())
    try {
      await this.query('select 1', undefined, Infinity)
      return !this.broken
    } catch {
      return false
    } finally {
      disarm()
    }
  }

  /** Whether a transaction block is open, as the server said with its last answer. */
  get inTransaction(): boolean {
    const status = this.#client.getTransactionStatus()
    return status === 'T' || status === 'E'
  }

  /** Says goodbye. Resolves when the connection is closed. */
  async end(): Promise<void> {
    const disarm = this.#needs.clock.after(graceMs, () => this.destroy())
    try {
      await this.#client.end()
    } finally {
      disarm()
    }
  }

  /** Cuts the connection; what is running on it rejects. */
  destroy(): void {
    this.broken = true
    this.#client.connection.stream.destroy()
  }
}

export interface SessionNeeds {
  readonly driver: DbDriver
  readonly clock: Clock
  /** Milliseconds that a statement may take, `Infinity` for ever. */
  readonly statementDeadline: number
  readonly comment?: StatementComment | undefined
  /** Where statements are counted. */
  readonly statements?: Statements
  /** Called when the server or the network ends the connection, more than once perhaps. */
  onLost(session: Session): void
}

// date, timestamp and their arrays, read as text: `pg` would make a Date of them in the time zone of this process.
const readAsText = new Map([
  [1082, 25],
  [1114, 25],
  [1182, 1009],
  [1115, 1009],
])
const parsers = {
  getTypeParser: ((oid: number, format?: 'text') =>
    pg().types.getTypeParser(readAsText.get(oid) ?? oid, format)) as typeof types.getTypeParser,
}

/** Rejects with what `pg` or the driver said. */
export async function openSession(needs: SessionNeeds): Promise<Session> {
  const config = await needs.driver.connection()
  // Pipelined, so that BEGIN travels together with the first statement.
  const { Client } = pg()
  const client = new Client({ connectionTimeoutMillis: graceMs, keepAlive: true, ...config, types: parsers, pipeline: true })
  const session = new Session(client, needs)
  await client.connect()
  return session
}
