import type { IncomingMessage } from 'node:http'
import type { Conditions } from './header-conditions.ts'

/** Finds what was registered for a method and a path. Whoever finds a faster one writes these three methods and runs `routerSuite`. */
export interface Router<Target> {
  readonly name: string
  /** Throws `BootError('route-ambiguous')` when the same requests are taken already. */
  add(entry: Entry<Target>): void
  /**
   * `path` is raw: still percent-encoded, without the query. Throws `MalformedPath` when it does not decode.
   * HEAD finds what GET has. Without a `request` every condition holds: a preflight speaks for a request that has other headers.
   */
  match(method: string, path: string, request?: IncomingMessage): Match<Target>
}

export interface Entry<Target> {
  readonly method: string
  /** In the contract's syntax. */
  readonly path: string
  readonly target: Target
  readonly source: string
  /** Among routes of one method and path, the one that asks for more comes first. */
  readonly conditions?: Conditions | undefined
}

export type Match<Target> = (
  | { readonly kind: 'found'; readonly target: Target; readonly params: Readonly<Record<string, string>> }
  /** The path exists under other methods. */
  | { readonly kind: 'other-methods'; readonly allowed: readonly string[] }
  | { readonly kind: 'none' }
) & {
  /** Headers that were looked at on the way. */
  readonly varies?: readonly string[] | undefined
}
