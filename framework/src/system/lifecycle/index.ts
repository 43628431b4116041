import type { Clock } from '../../std/clock.ts'
import type { Log } from '../../std/log.ts'
import type { Resource } from '../../std/resource.ts'

export type LifecycleState = 'starting' | 'ready' | 'draining' | 'stopped'
export interface LifecycleOptions {
  log: Log
  clock: Clock
  /** Milliseconds that work under way gets to finish once draining began. */
  grace: number
  /** Milliseconds between readiness turning false and the first resource closing. Default 0. */
  drainDelay?: number
}
export interface HealthReport {
  readonly healthy: boolean
  readonly resources: readonly { readonly name: string; readonly problem: string | undefined }[]
}
export interface Lifecycle {
  readonly state: LifecycleState
  /** Fires when the grace is over, or a second SIGINT came: what still runs must end now. */
  readonly cut: AbortSignal
  onChange(listener: (state: LifecycleState) => void): () => void
  /** Opens in order. When one fails, those already open are closed in reverse and its error is thrown. */
  start(resources: readonly Resource[]): Promise<void>
  /** Drains and closes in reverse. Every call gets the one outcome: 0 clean, 1 when work was cut. Never rejects. */
  stop(reason: string): Promise<0 | 1>
  /** Ends the grace now. */
  force(): void
  health(signal: AbortSignal): Promise<HealthReport>
}
export interface ProcessLike {
  on(event: string, listener: (...details: unknown[]) => void): unknown
  off(event: string, listener: (...details: unknown[]) => void): unknown
  exit(code: number): void
}
export interface SignalOptions {
  log: Log
  process: ProcessLike
  /** What SIGHUP does. Without it SIGHUP drains as SIGTERM does. */
  reload?: () => void | Promise<void>
}
export declare function lifecycle(options: LifecycleOptions): Lifecycle
/** The returned function removes the handlers. */
export declare function handleSignals(lifecycle: Lifecycle, options: SignalOptions): () => void
