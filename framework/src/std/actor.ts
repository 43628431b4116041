/** Who is asking. Service functions take it first, so that forgetting whose data this is does not compile. */
export interface Actor {
  readonly id: string
  readonly roles: readonly string[]
  /** The login this request came in on; absent for machines. */
  readonly sessionId?: string
  /** The API key it came with: its id, never the key. */
  readonly keyId?: string
  /** The organisation it acts for, where there are several. */
  readonly tenantId?: string
  /** What the token or key it came with was granted, where that is less than its roles allow. */
  readonly scopes?: readonly string[]
}
