import { constants, PerformanceObserver, type NodeGCPerformanceDetail, type PerformanceEntry } from 'node:perf_hooks'

/** A moment in which nothing ran because memory was cleaned up. */
export interface GcPause {
  readonly kind: 'minor' | 'major' | 'incremental' | 'callbacks'
  /** By the monotonic clock of the process, in milliseconds. */
  readonly start: number
  readonly ms: number
}

/** What the types of Node.js do not say of these entries. */
type GcEntry = PerformanceEntry & { readonly detail: NodeGCPerformanceDetail }

const kinds: Readonly<Record<number, GcPause['kind']>> = {
  [constants.NODE_PERFORMANCE_GC_MINOR]: 'minor',
  [constants.NODE_PERFORMANCE_GC_MAJOR]: 'major',
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL]: 'incremental',
  [constants.NODE_PERFORMANCE_GC_WEAKCB]: 'callbacks',
}

/** Tells of every pause, some turns of the event loop after it, until the returned function is called. */
export function watchGc(listener: (pause: GcPause) => void): () => void {
  const observer = new PerformanceObserver((list) => {
    for (const { startTime, duration, detail } of list.getEntries() as unknown as readonly GcEntry[])
      listener({ kind: kinds[detail.kind ?? 0] ?? 'minor', start: startTime, ms: duration })
  })
  observer.observe({ entryTypes: ['gc'] })
  return () => observer.disconnect()
}
