/** Something that must be running before requests come in: opened in the order it is listed, closed in reverse. */
export interface Resource {
  readonly name: string
  open(): Promise<void>
  /** Called once, and only after `open()` resolved. Work that is under way finishes first. */
  close(): Promise<void>
  /** Rejects, or resolves to a sentence, when the resource cannot serve now; readiness shows it. */
  health?(signal: AbortSignal): Promise<string | undefined>
}
