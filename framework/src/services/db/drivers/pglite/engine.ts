import { randomInt } from 'node:crypto'
import type { Clock } from '../../../../std/clock.ts'
import type { Log } from '../../../../std/log.ts'
import { type Reply, replaceBackendKey } from './protocol.ts'
import { type Client, Session } from './session.ts'
import { EngineThread } from './thread.ts'
import type { WorkerTask } from './worker.ts'

export interface EngineOptions {
  /** Asked again for every thread, because a snapshot that was handed over is gone. */
  task: () => WorkerTask
  clock: Clock
  log: Log
  /** Milliseconds after which a statement is killed with its thread. */
  statementDeadline: number
}

const maintenanceEvery = 5 * 60_000
/** How long a cancelled statement may go on before its thread is killed: nearly all end by themselves, and a restart ends everybody's session. */
const cancelPatience = 1000

/**
 * One PGlite backend in a worker thread, shared by sessions that take turns.
 *
 * The backend has one transaction at most, so a session that is inside one keeps the engine until it ends.
 * PGlite cannot be interrupted and has no timers: a statement is cancelled by ending the thread, and the next thread replays the log.
 */
export class Engine {
  readonly #options: EngineOptions
  readonly #sessions = new Set<Session>()
  readonly #waiting: Session[] = []
  /** Sessions of this class itself: they have no deadline, because the time that they take grows with the data. */
  readonly #housework = new WeakSet<Session>()
  #thread: EngineThread | undefined
  #starting: Promise<void> | undefined
  /** The session that the backend is in the middle of a transaction or of a message sequence for. */
  #holder: Session | undefined
  #running: Session | undefined
  readonly #onTurnEnd = new Set<() => void>()
  #stopDeadline: (() => void) | undefined
  #stopMaintenance: (() => void) | undefined
  #wrote = false
  #closed = false

  constructor(options: EngineOptions) {
    this.#options = options
  }

  async start(): Promise<void> {
    await this.#startThread()
    this.#planMaintenance()
  }

  connect(client: Client): Session {
    const key = { processId: randomInt(1, 2 ** 31 - 1), secretKey: randomInt(1, 2 ** 31 - 1) }
    const session = new Session({ client, key, wake: () => this.#wake(session), isAlone: () => this.#sessions.size === 1 })
    this.#sessions.add(session)
    return session
  }

  /**
   * Resolves once nothing runs for that session: after a moment of patience what it runs is killed.
   * A session that runs nothing is left alone, as PostgreSQL does.
   */
  async cancel(processId: number, secretKey: number): Promise<void> {
    const { key } = this.#running ?? {}
    if (key?.processId !== processId || key.secretKey !== secretKey) return
    if (!(await this.#turnEnds(cancelPatience))) await this.#restart('57014', 'canceling statement due to user request')
  }

  /** Whether what is running now is over within `ms`. */
  #turnEnds(ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const stop = this.#options.clock.after(ms, () => {
        this.#onTurnEnd.delete(over)
        resolve(false)
      })
      const over = () => {
        stop()
        resolve(true)
      }
      this.#onTurnEnd.add(over)
    })
  }

  /** Waits for the statement that is running, writes everything out and ends the thread. */
  async close(): Promise<void> {
    this.#closed = true
    this.#stopMaintenance?.()
    await this.#starting?.catch(() => undefined)
    if (this.#thread !== undefined) await this.#run('CHECKPOINT')
    for (const session of this.#sessions) session.abandon('57P01', 'terminating connection because the database is being closed')
    this.#sessions.clear()
    await this.#thread?.close()
  }

  #wake(session: Session): void {
    this.#queue(session)
    this.#pump()
  }

  #queue(session: Session): void {
    if (!session.hasWork()) {
      if (session.ended && session !== this.#running) this.#sessions.delete(session)
    } else if (!this.#waiting.includes(session)) this.#waiting.push(session)
  }

  #pump(): void {
    if (this.#thread === undefined || this.#running !== undefined) return
    const session = this.#next()
    const batch = session?.take()
    if (session === undefined || batch === undefined) return
    this.#running = session
    this.#stopDeadline?.()
    if (!this.#housework.has(session)) this.#watch(session)
    this.#thread.send(batch)
  }

  #next(): Session | undefined {
    if (this.#holder !== undefined) return this.#holder
    while (this.#waiting.length > 0) {
      const session = this.#waiting.shift()
      if (session?.hasWork() === true) return session
    }
    return undefined
  }

  #watch(session: Session): void {
    const { clock, log, statementDeadline } = this.#options
    this.#stopDeadline = clock.after(statementDeadline, () => {
      if (this.#running !== session) return
      log.error('database-statement-killed', { afterMs: statementDeadline })
      void this.#restart('57014', 'canceling statement due to statement timeout')
    })
  }

  /** Another process that sits in a transaction stops everybody; the app's own transactions have a deadline already. */
  #watchHolder(session: Session): void {
    const { clock, statementDeadline } = this.#options
    this.#stopDeadline = clock.after(statementDeadline, () => {
      if (this.#holder === session && this.#running === undefined)
        session.expel('25P03', 'terminating connection because it was idle in a transaction')
    })
  }

  #receive(reply: Reply, done: boolean): void {
    const session = this.#running
    if (session === undefined) return
    if (reply.wrote) this.#wrote = true
    if (reply.listened) session.listens = true
    if (reply.failed && this.#housework.has(session)) this.#options.log.warn('database-maintenance-failed')
    if (session.startingUp) replaceBackendKey(reply.bytes, session.key)
    if (done && !reply.fatal) this.#finish(session, reply)
    session.send(reply.bytes)
    if (reply.fatal) this.#giveUp(new Error('The database engine ended its session.'))
    if (reply.notifications !== undefined) for (const other of this.#sessions) if (other.listens) other.send(reply.notifications.slice())
  }

  #finish(session: Session, reply: Reply): void {
    this.#endTurn()
    session.startingUp = false
    this.#running = undefined
    this.#holder = reply.status === 'I' ? undefined : session
    if (session.hasWork()) this.#queue(session)
    else if (session.ended) {
      this.#sessions.delete(session)
      session.close()
    } else if (this.#holder !== undefined && session.isRemote) this.#watchHolder(session)
    // Before the answer is delivered: the thread works while this one parses.
    this.#pump()
  }

  #endTurn(): void {
    this.#stopDeadline?.()
    for (const over of this.#onTurnEnd) over()
    this.#onTurnEnd.clear()
  }

  async #startThread(): Promise<void> {
    const thread = new EngineThread(this.#options.task(), {
      onReply: (reply, done) => this.#receive(reply, done),
      onCrash: (reason) => this.#giveUp(reason),
    })
    this.#starting = thread.ready()
    await this.#starting
    this.#thread = thread
    this.#pump()
  }

  #giveUp(reason: Error): void {
    this.#options.log.error('database-engine-crashed', { error: reason })
    void this.#restart('57P01', 'terminating connection because the database engine crashed')
  }

  /** What was running fails with `sqlState`, and every session ends: its transaction, LISTENs and prepared statements are gone with the thread. */
  async #restart(sqlState: string, text: string): Promise<void> {
    const thread = this.#thread
    if (thread === undefined) return
    this.#thread = undefined
    this.#endTurn()
    const victim = this.#running
    const others = [...this.#sessions].filter((session) => session !== victim)
    this.#running = undefined
    this.#holder = undefined
    this.#waiting.length = 0
    this.#sessions.clear()
    await thread.kill()
    victim?.abandon(sqlState, text)
    for (const other of others) other.abandon('57P01', 'terminating connection because the database engine was restarted')
    if (!this.#closed) void this.#restartThread()
  }

  async #restartThread(): Promise<void> {
    const { clock, log } = this.#options
    const began = clock.monotonic()
    try {
      await this.#startThread()
      log.warn('database-engine-restarted', { afterMs: Math.round(clock.monotonic() - began) })
    } catch (error) {
      log.error('database-engine-lost', { error })
      clock.after(1000, () => {
        if (!this.#closed) void this.#restartThread()
      })
    }
  }

  #planMaintenance(): void {
    // The engine has no background processes: without this, statistics go stale and dead rows and the log pile up.
    this.#stopMaintenance = this.#options.clock.after(maintenanceEvery, () => void this.#maintain())
  }

  async #maintain(): Promise<void> {
    if (this.#wrote) {
      this.#wrote = false
      await this.#run('VACUUM (ANALYZE)')
      await this.#run('CHECKPOINT')
    }
    if (!this.#closed) this.#planMaintenance()
  }

  /** Takes its turn like any session, so never inside somebody's transaction. */
  #run(sql: string): Promise<void> {
    return new Promise((resolve) => {
      const session = this.connect({ send() {}, close: resolve })
      this.#housework.add(session)
      session.runOnce(sql)
    })
  }
}
