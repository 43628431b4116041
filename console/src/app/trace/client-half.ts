import type { ClientTimings } from '../../../../framework/src/contract/trace/client-timings.ts'
import type { Operation } from '../../../../framework/src/std/operation.ts'
import type { TraceView } from '../../../../framework/src/tools/console/views.ts'

export interface ClientHalf {
  readonly client: ClientTimings
  /** Whose client it was. */
  readonly owner: Operation
  /** What stands on its axis. */
  readonly operations: readonly Operation[]
}

/**
 * What a client saw of an operation, or of the one before it in the trace. What began before that one was not caused by it, and is not drawn below
 * its waiting; undefined where no client told.
 */
export function clientHalf({ operations, clients }: Pick<TraceView, 'operations' | 'clients'>, main: Operation): ClientHalf | undefined {
  const of = ({ spanId }: Operation) => clients.find((one) => one.spanId === spanId)?.timings
  const owner = of(main) === undefined ? operations.findLast((one) => one.startedAt <= main.startedAt && of(one) !== undefined) : main
  const client = owner && of(owner)
  if (owner === undefined || client === undefined) return undefined
  return { client, owner, operations: operations.filter(({ startedAt }) => startedAt >= owner.startedAt) }
}
