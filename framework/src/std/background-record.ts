import type { Ambient } from './ambient.ts'

/** Records work that goes on behind its request, as an operation of its own in the same trace. */
export interface BackgroundRecord {
  begin(of: Ambient): {
    /** What the work finds in place of its request's. */
    readonly ambient: Pick<Ambient, 'log' | 'spans' | 'spanId'>
    end(error?: unknown): void
  }
}
