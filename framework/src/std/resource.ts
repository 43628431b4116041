/** The steps of a stop, in order. A phase begins when everything of the one before is closed or was cut. */
export const stopPhases = ['requests', 'jobs', 'flush', 'close'] as const

/**
 * When a resource closes: `requests` takes work from outside, `jobs` works or holds leases, `flush` has something to hand over
 * (outbox, metrics, traces), `close` is what all of them stand on: pools, caches, files, sockets.
 */
export type StopPhase = (typeof stopPhases)[number]

/** Something that must be running before requests come in: opened in the order it is listed, closed in reverse within its phase. */
export interface Resource {
  readonly name: string
  /** Default `close`. */
  readonly phase?: StopPhase
  /** What it uses until it is closed: opened before it wherever it is listed, and closed after it. */
  readonly needs?: readonly Resource[]
  open(): Promise<void>
  /** Takes no new work from now on. Called once, on everything at the same time, when a stop begins: `close()` may come much later. */
  drain?(): void
  /** Called once, and only after `open()` resolved. Work that is under way finishes first. */
  close(): Promise<void>
  /** Rejects, or resolves to a sentence, when the resource cannot serve now; readiness shows it. */
  health?(signal: AbortSignal): Promise<string | undefined>
}
