// Plain types: the console's pages, which run in a browser, share them.

/** `open` is to be looked at, `snoozed` again tomorrow, `ignored` never; a `resolved` one that comes back is open again. */
export type ErrorState = 'open' | 'resolved' | 'ignored' | 'snoozed'

/** Failures that have one cause. */
export interface ErrorGroup {
  readonly fingerprint: string
  readonly type: string
  readonly code?: string | undefined
  /** Of the last one. */
  readonly message: string
  /** The first line of the stack that is the application's own. */
  readonly where?: string | undefined
  readonly stack?: string | undefined
  readonly count: number
  /** Milliseconds since 1970. */
  readonly firstAt: number
  readonly lastAt: number
  /** The first twenty it was seen on. */
  readonly routes: readonly string[]
  /** How many people or programs it happened to; 200 stands for that many or more. */
  readonly actors: number
  /** Releases that it was seen in, oldest first. */
  readonly versions: readonly string[]
  /** Traces to look at, newest first. */
  readonly traces: readonly string[]
  readonly state: ErrorState
  /** It was resolved, and came back. */
  readonly regressed: boolean
  /** Occurrences a minute of the last hour, oldest first. */
  readonly perMinute: readonly number[]
}
