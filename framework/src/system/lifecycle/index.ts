export { Lifecycle, lifecycle, type HealthReport, type LifecycleOptions, type LifecycleState } from './lifecycle.ts'
export { handleSignals, type ProcessLike, type SignalOptions } from './signals.ts'
