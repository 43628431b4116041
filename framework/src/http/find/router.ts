/** Finds what was registered for a method and a path. Whoever finds a faster one writes these three methods and runs `routerSuite`. */
export interface Router<Target> {
  readonly name: string
  /** `path` in the contract's syntax. Throws `BootError('route-ambiguous')` when the same requests are taken already. */
  add(method: string, path: string, target: Target, source: string): void
  /**
   * `path` is raw: still percent-encoded, without the query. Throws `MalformedPath` when it does not decode.
   * HEAD finds what GET has.
   */
  match(method: string, path: string): Match<Target>
}

export type Match<Target> =
  | { readonly kind: 'found'; readonly target: Target; readonly params: Readonly<Record<string, string>> }
  /** The path exists under other methods. */
  | { readonly kind: 'other-methods'; readonly allowed: readonly string[] }
  | { readonly kind: 'none' }
