import { abortReason } from '../../std/abort.ts'
import type { Clock } from '../../std/clock.ts'
import type { Log } from '../../std/log.ts'
import { borrowerLine } from './borrower.ts'
import { databaseUnavailable, poolExhausted } from './errors.ts'
import { Outage, type OutageNeeds } from './outage.ts'
import type { PoolLimits, PoolStats } from './pool-limits.ts'
import { LoadCounter, type PoolLoad } from './pool-load.ts'
import type { Session } from './session.ts'
import { WaitingLine, type Borrower } from './waiting-line.ts'

interface PoolNeeds {
  readonly log: Log
  readonly clock: Clock
  readonly limits: PoolLimits
  /** Opens one connection. */
  connect(): Promise<Session>
  /** Between 0 and 1, for lifetimes and waits. */
  random?: () => number
  onHealth?: OutageNeeds['onHealth']
}

/** A connection that has not been used for this long is asked whether it still lives before it is lent. */
const checkAfterMs = 10_000
const sweepEveryMs = 1_000

/** Lends connections, each to one borrower at a time, and gets them back clean. */
export class Pool {
  readonly #needs: PoolNeeds
  readonly #random: () => number
  readonly #idle: Session[] = []
  readonly #busy = new Set<Session>()
  readonly #expiry = new WeakMap<Session, number>()
  readonly #waiting: WaitingLine
  /** Connections that are being opened or asked whether they live. */
  #pending = 0
  readonly #outage: Outage
  #closed: { resolve(): void } | undefined
  #cancelSweep = (): void => {}
  #awake: NodeJS.Timeout | undefined
  readonly #acquired = { count: 0, total: 0, longest: 0 }
  readonly #load = new LoadCounter()

  constructor(needs: PoolNeeds) {
    this.#needs = needs
    this.#random = needs.random ?? Math.random
    const { log, clock, limits, onHealth } = needs
    this.#outage = new Outage({ log, clock, patience: limits.acquireTimeout, random: this.#random, onHealth })
    this.#waiting = new WaitingLine({
      clock,
      patience: limits.acquireTimeout,
      whyNone: () => this.#whyNone(),
      onChange: () => this.#stayAwake(),
    })
    this.#sweepLater()
  }

  /** Rejects with `pool-exhausted`, `database-unavailable`, or the reason of `signal`. */
  async acquire(borrower: Borrower = {}): Promise<Session> {
    if (this.#closed !== undefined) throw abortReason('shutting-down')
    borrower.signal?.throwIfAborted()
    const session = this.#idle.at(-1)
    if (this.#waiting.size === 0 && session !== undefined && this.#isFresh(session)) {
      this.#idle.pop()
      return this.#lend(session, borrower, 0)
    }
    if (this.#outage.isLong) {
      this.#openOne()
      throw this.#outage.toError()
    }
    const turn = this.#waiting.join(borrower)
    this.#serve()
    return turn
  }

  #whyNone(): Error {
    if (this.#outage.isOn) return this.#outage.toError()
    const { clock, limits } = this.#needs
    // Nobody holds one: the one that is on its way is late, and `pool-exhausted` would send its reader after a leak.
    if (this.#busy.size === 0) return databaseUnavailable(new Error(`No connection could be opened within ${limits.acquireTimeout} ms.`))
    const now = clock.monotonic()
    const oldest = [...this.#busy].toSorted((a, b) => (a.holder?.since ?? now) - (b.holder?.since ?? now))[0]
    this.#needs.log.warn('db.pool-exhausted', {
      ...this.stats(),
      holder: oldest?.holder && {
        route: oldest.holder.route,
        sql: oldest.lastSql,
        heldMs: Math.round(now - oldest.holder.since),
        line: borrowerLine(oldest.holder.borrowed),
      },
    })
    return poolExhausted()
  }

  /** Whatever state the borrower left it in. The connection goes to the next one that waits, or rests, or is thrown away. */
  release(session: Session): void {
    if (session.holder !== undefined) this.#load.held(session.holder.since, this.#needs.clock.monotonic())
    session.holder = undefined
    if (session.broken) return this.#discard(session)
    if (!session.interrupted) return this.#give(session)
    void session.rollback().then(() => (session.broken ? this.#discard(session) : this.#give(session)))
  }

  #give(session: Session): void {
    this.#busy.delete(session)
    if (this.#closed !== undefined || this.#isExpired(session)) return this.#discard(session)
    const waiter = this.#waiting.first
    if (waiter !== undefined) {
      waiter.resolve(this.#lend(session, waiter, this.#needs.clock.monotonic() - waiter.since))
      return
    }
    session.idleSince = this.#needs.clock.monotonic()
    this.#idle.push(session)
  }

  #lend(session: Session, borrower: Borrower, waited: number): Session {
    const { route, borrowed, spans, span } = borrower
    const now = this.#needs.clock.monotonic()
    session.holder = { route, borrowed, spans, span, since: now }
    if (waited > 0) this.#load.waited(now - waited, now)
    this.#busy.add(session)
    this.#acquired.count++
    this.#acquired.total += waited
    this.#acquired.longest = Math.max(this.#acquired.longest, waited)
    return session
  }

  /** Also called for a connection that the server ended by itself. */
  #discard(session: Session): void {
    this.#busy.delete(session)
    const index = this.#idle.indexOf(session)
    if (index >= 0) this.#idle.splice(index, 1)
    void session.end().catch(() => {})
    this.#serve()
    if (this.#busy.size === 0) this.#closed?.resolve()
  }

  /** An idle connection was ended by the server: it must not be lent any more. */
  lost(session: Session): void {
    if (this.#idle.includes(session)) this.#discard(session)
  }

  #serve(): void {
    while (this.#waiting.size > this.#pending) {
      const session = this.#idle.pop()
      if (session !== undefined) void this.#check(session)
      else if (!this.#openOne()) return
    }
  }

  async #check(session: Session): Promise<void> {
    this.#pending++
    const good = this.#isFresh(session) || (!session.broken && !this.#isExpired(session) && (await session.isAlive()))
    this.#pending--
    if (good) this.#give(session)
    else this.#discard(session)
  }

  /** Whether another connection is on its way now. */
  #openOne(): boolean {
    const { limits } = this.#needs
    if (this.#closed !== undefined || this.#idle.length + this.#busy.size + this.#pending >= limits.max) return false
    // One attempt at a time while the database is away: a hundred waiting callers must not become a hundred knocks a second.
    if (this.#outage.isOn && (this.#pending > 0 || this.#outage.isResting)) return false
    this.#pending++
    void this.#needs.connect().then(
      (session) => this.#opened(session),
      (error: unknown) => this.#failed(error),
    )
    return true
  }

  #opened(session: Session): void {
    const { clock, limits } = this.#needs
    this.#pending--
    this.#expiry.set(session, clock.monotonic() + limits.maxLifetime * (1 - this.#random() / 10))
    this.#outage.end()
    this.#give(session)
    this.#serve()
  }

  #failed(error: unknown): void {
    this.#pending--
    this.#outage.fail(error, () => this.#serve())
    // Callers ride out a restart; in a long outage they hear of it at once.
    if (this.#outage.isLong) this.#waiting.rejectAll(() => this.#outage.toError())
    this.#stayAwake()
  }

  /** Without a connection nothing else would keep a script alive while it waits for one: it would end in silence. */
  #stayAwake(): void {
    if (this.#outage.isOn && this.#waiting.size > 0) this.#awake ??= setInterval(() => {}, 60_000)
    else {
      clearInterval(this.#awake)
      this.#awake = undefined
    }
  }

  #isFresh(session: Session): boolean {
    return !session.broken && !this.#isExpired(session) && this.#needs.clock.monotonic() - session.idleSince < checkAfterMs
  }

  #isExpired(session: Session): boolean {
    return this.#needs.clock.monotonic() >= (this.#expiry.get(session) ?? Infinity)
  }

  #sweepLater(): void {
    this.#cancelSweep = this.#needs.clock.after(sweepEveryMs, () => {
      this.#sweep()
      if (this.#closed === undefined) this.#sweepLater()
    })
  }

  #sweep(): void {
    const { clock, limits, log } = this.#needs
    const now = clock.monotonic()
    const tired = this.#idle.filter((session) => now - session.idleSince >= limits.idleTimeout || this.#isExpired(session))
    for (const session of tired) this.#discard(session)
    for (const { holder, lastSql } of this.#busy) {
      if (holder?.borrowed === undefined || holder.reported || now - holder.since < limits.leakAfter) continue
      holder.reported = true
      log.warn('db.connection-held', {
        route: holder.route,
        heldMs: Math.round(now - holder.since),
        sql: lastSql,
        line: borrowerLine(holder.borrowed),
      })
    }
  }

  stats(): PoolStats {
    return {
      inUse: this.#busy.size,
      idle: this.#idle.length,
      waiting: this.#waiting.size,
      max: this.#needs.limits.max,
      acquired: { ...this.#acquired },
    }
  }

  load(): PoolLoad {
    const holding = [...this.#busy].flatMap(({ holder }) => holder?.since ?? [])
    const { first } = this.#waiting
    return this.#load.read(this.#needs.clock.monotonic(), { holding, waiting: first === undefined ? [] : [first.since] })
  }

  /** Refuses new borrowers, waits as long as an acquire may take for those who hold a connection, and then cuts it. */
  async close(): Promise<void> {
    this.#cancelSweep()
    const returned = Promise.withResolvers<void>()
    this.#closed = returned
    this.#waiting.rejectAll(() => abortReason('shutting-down'))
    const goodbyes = this.#idle.splice(0).map((session) => session.end().catch(() => {}))
    if (this.#busy.size > 0) {
      const disarm = this.#needs.clock.after(this.#needs.limits.acquireTimeout, returned.resolve)
      await returned.promise
      disarm()
      for (const session of this.#busy) session.destroy()
    }
    await Promise.all(goodbyes)
  }
}
