export { CrashReports } from './crash-reports.ts'
export { Lifecycle, lifecycle, type HealthReport, type LifecycleOptions, type LifecycleState } from './lifecycle.ts'
export { handleSignals, signalTable, type ProcessLike, type SignalOptions } from './signals.ts'
export { startWatchdog } from './watchdog.ts'
