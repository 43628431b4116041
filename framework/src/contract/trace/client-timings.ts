/** What a client saw of one request. Times in milliseconds, from its beginning. */
export interface ClientTimings {
  /** Wall time of the beginning, in milliseconds since 1970. */
  readonly startedAt: number
  readonly total: number
  /** One behind the other without a gap: their sum is `total`. */
  readonly phases: readonly ClientPhase[]
  /** The operation that the request named as its own: 16 hexadecimal digits; absent where it named none, as browsers do. */
  readonly spanId?: string
}

export type PhaseName = 'dns' | 'tcp' | 'tls' | 'request' | 'waiting' | 'content'

export interface ClientPhase extends ClientPart {
  readonly name: PhaseName
  /** What happened within, if there is more to say. */
  readonly parts?: readonly ClientPart[]
  /** It was the last one because something went wrong in it. */
  readonly failed?: true
}

export interface ClientPart {
  readonly name: string
  readonly start: number
  readonly ms: number
  /** What it found, for people. */
  readonly note: string
}

/** What a console takes of a client, who may be anybody: it is kept in memory and shown to people. */
export const clientLimits = {
  /** Milliseconds: `throughline trace` waits for ten minutes at most. */
  total: 900_000,
  parts: 64,
  name: 100,
  note: 400,
} as const
