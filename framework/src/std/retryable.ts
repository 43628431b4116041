const marked = new WeakSet<object>()

/**
 * Says of an error that nothing was done, so that the same call may be made again whatever it does: a connection that was refused, a lock that was not had.
 *
 * ```ts
 * import { markRetryable } from 'throughline/std'
 *
 * export const refused = () => markRetryable(new Error('The printer is busy.'))
 * ```
 */
export function markRetryable<E extends object>(error: E): E {
  marked.add(error)
  return error
}

/** Whether whoever threw it says that nothing was done. */
export function isMarkedRetryable(error: unknown): boolean {
  return typeof error === 'object' && error !== null && marked.has(error)
}
