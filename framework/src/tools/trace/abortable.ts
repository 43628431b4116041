/** A promise that rejects with the signal's reason, and lets go of the signal when it is settled. */
export function abortable<Value>(
  signal: AbortSignal,
  start: (resolve: (value: Value) => void, reject: (error: Error) => void) => void,
): Promise<Value> {
  let abort = () => {}
  return new Promise<Value>((resolve, reject) => {
    signal.throwIfAborted()
    abort = () => reject(signal.reason as Error)
    signal.addEventListener('abort', abort)
    start(resolve, reject)
  }).finally(() => signal.removeEventListener('abort', abort))
}
