import type { AsyncLocalStorage } from 'node:async_hooks'
import { abortReason } from '../../std/abort.ts'
import { ambient } from '../../std/ambient.ts'
import type { Clock } from '../../std/clock.ts'
import type { Log } from '../../std/log.ts'
import { pause } from '../../std/pause.ts'
import type { ConstraintMap } from './constraints.ts'
import { sqlState } from './errors.ts'
import type { Pool } from './pool.ts'
import type { TransactionOptions, Tx } from './tx.ts'
import { Unit } from './unit.ts'

export interface TransactionNeeds {
  readonly pool: Pool
  readonly log: Log
  readonly clock: Clock
  readonly constraints: ConstraintMap
  /** Knows, anywhere below `work`, that a transaction is open. */
  readonly inside: AsyncLocalStorage<Inside>
  /** Told why, before a unit is run again. */
  readonly onRetry: (error: unknown) => void
}

export interface Inside {
  readonly unit: Unit
  readonly options: TransactionOptions
}

type Work<Result> = (tx: Tx) => Promise<Result>

/** Runs `work` as one unit, again and again while the server asks for it, then what was to be done after the commit. */
export async function runTransaction<Result>(needs: TransactionNeeds, work: Work<Result>, options: TransactionOptions): Promise<Result> {
  // Taken here, before anything is awaited, so that the stack still holds the caller's line.
  const borrowed = new Error('borrowed')
  const stop = stopSignal(needs.clock, options)
  const { retries = 5 } = options
  const request = ambient.get()
  const spans = request?.spans
  try {
    for (let attempt = 0; ; attempt++) {
      const span = spans?.begin('transaction', options.isolation ?? 'read committed', request?.span)
      const below = { spans, span: span?.index }
      const session = await needs.pool
        .acquire({ route: request?.route, signal: stop.signal, borrowed, ...below })
        .catch((error: unknown) => {
          spans?.fail(span, error)
          throw error
        })
      const unit = new Unit(session, needs.constraints, beginStatement(options))
      try {
        const result = await runOnce(needs, { unit, options }, work, stop.signal)
        spans?.end(span, { attempt: attempt + 1 })
        await runHooks(unit, needs.log)
        return result
      } catch (error) {
        spans?.fail(span, error, { attempt: attempt + 1 })
        if (!unit.repeatable || attempt >= retries || stop.signal?.aborted) throw error
        needs.onRetry(unit.failure)
        needs.log.debug('db.transaction-retried', {
          route: request?.route,
          attempt: attempt + 2,
          code: sqlState(unit.failure) ?? 'connection-lost',
        })
        await pause(needs.clock, pauseAfter(attempt), stop.signal)
      }
    }
  } finally {
    stop.dispose()
  }
}

async function runOnce<Result>(
  needs: TransactionNeeds,
  inside: Inside,
  work: Work<Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  const { unit } = inside
  const stopped = Promise.withResolvers<never>()
  stopped.promise.catch(() => {})
  const onAbort = (): void => {
    unit.session.interrupt(signal?.reason)
    stopped.reject(signal?.reason as Error)
  }
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    const working = needs.inside.run(inside, () => work(unit.tx))
    // `work` may hang on something that no signal reaches: its connection is taken back all the same.
    const result = await (signal === undefined ? working : Promise.race([working, stopped.promise]))
    signal?.throwIfAborted()
    // From here on nothing interrupts: a commit that was cancelled half-way would leave the caller in the dark.
    signal?.removeEventListener('abort', onAbort)
    await unit.commit()
    return result
  } catch (error) {
    await unit.rollback()
    throw error
  } finally {
    signal?.removeEventListener('abort', onAbort)
    needs.pool.release(unit.session)
  }
}

async function runHooks(unit: Unit, log: Log): Promise<void> {
  for (const hook of unit.hooks) {
    try {
      await hook()
    } catch (error) {
      log.error('db.after-commit-failed', { error })
    }
  }
}

function beginStatement({ isolation, readOnly }: TransactionOptions): string {
  return 'begin' + (isolation === undefined ? '' : ` isolation level ${isolation}`) + (readOnly === true ? ' read only' : '')
}

/** One signal out of the caller's, the request's and the deadline; undefined when there is none of them. */
function stopSignal(clock: Clock, { signal, deadline }: TransactionOptions): { signal: AbortSignal | undefined; dispose(): void } {
  const sources = [signal, ambient.get()?.signal].filter((source) => source !== undefined)
  if (deadline === undefined && sources.length < 2) return { signal: sources[0], dispose() {} }
  const controller = new AbortController()
  const disarm = deadline === undefined ? undefined : clock.after(deadline, () => controller.abort(abortReason('deadline-exceeded')))
  const forward = (event: Event): void => controller.abort((event.target as AbortSignal).reason)
  for (const source of sources) {
    if (source.aborted) controller.abort(source.reason)
    source.addEventListener('abort', forward, { once: true })
  }
  return {
    signal: controller.signal,
    dispose() {
      disarm?.()
      for (const source of sources) source.removeEventListener('abort', forward)
    },
  }
}

/** Between half and all of 10 ms, 20 ms, 40 ms …, at most 500: units that collided must not meet again in step. */
function pauseAfter(attempt: number): number {
  return Math.min(500, 10 * 2 ** attempt) * (0.5 + Math.random() / 2)
}
