// What a process was busy with, as the console and the CLI show it. Plain data: it travels as JSON and runs in a browser.

/** Whose code it is. */
export type CodeOwner = 'application' | 'framework' | 'package' | 'node'

/** A function, and where it is. */
export interface ProfiledFunction {
  readonly name: string
  /** Relative to the project, or `node:…`; empty for what has no file. */
  readonly file: string
  /** Where it begins; 0 where it has no file. */
  readonly line: number
  readonly of: CodeOwner
}

/** A function as called from the one around it. `own` without what it calls, `total` with it: milliseconds, or bytes. */
export interface ProfileFrame extends ProfiledFunction {
  readonly own: number
  readonly total: number
  /** Greatest first, without those that make no difference. */
  readonly children: readonly ProfileFrame[]
}

export interface HotFunction extends ProfiledFunction {
  /** The line of it that was seen most often. */
  readonly hotLine: number
  readonly own: number
  readonly total: number
}

/** A time in which the event loop did nothing else. */
export interface Blocker extends ProfiledFunction {
  /** Milliseconds after the profile began. */
  readonly at: number
  readonly ms: number
  /** Where in the function, as far as that is known. */
  readonly hotLine: number
  /** What of Node.js it called, where it was that which took the time. */
  readonly called?: string | undefined
}

export interface Profile {
  readonly kind: 'cpu' | 'allocation'
  /** Of `own` and `total`. */
  readonly unit: 'ms' | 'bytes'
  /** How long it was watched, in milliseconds. */
  readonly ms: number
  /** Of it, how long nothing was to do; 0 for allocations. */
  readonly idle: number
  /** All of it without the idle time. */
  readonly total: number
  readonly frames: readonly ProfileFrame[]
  /** By their own time, greatest first. */
  readonly hottest: readonly HotFunction[]
  /** Longest first. */
  readonly blockers: readonly Blocker[]
}
