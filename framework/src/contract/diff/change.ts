/** Whom a change of a contract breaks: those who send requests, those who read answers, or nobody. */
export type Effect = 'breaks-writers' | 'breaks-readers' | 'compatible'

/** One difference between two versions of a contract. */
export interface Change {
  readonly effect: Effect
  /** What kind of change: stable, for programs. */
  readonly rule: Rule
  /** `POST /orders` */
  readonly operation: string
  /** Which part of it: `body`, `query limit`, `answer 201`, `problem out-of-stock`; empty for the whole. */
  readonly place: string
  /** Which part of its schema, `*` for any item: `/lines/*\/quantity`; empty for the whole. */
  readonly pointer: string
  /** A sentence about what it was and what it is. */
  readonly message: string
}

export type Rule =
  | 'operation-removed'
  | 'operation-added'
  | 'operation-deprecated'
  | 'security'
  | 'parameter-removed'
  | 'parameter-added'
  | 'parameter-style'
  | 'body-added'
  | 'body-removed'
  | 'required'
  | 'media-type'
  | 'status'
  | 'problem'
  | 'header'
  | 'type'
  | 'value'
  | 'limit'
  | 'default'
  | 'member-removed'
  | 'member-added'
  | 'open'
  | 'shape'
  | 'incomparable'

/** Where changes are gathered: one place of one operation, seen by writers or by readers. */
export interface Sink {
  readonly side: 'request' | 'answer'
  /** Whether those who use that side break by it. */
  report(breaking: boolean, change: Pick<Change, 'rule' | 'message'> & Partial<Pick<Change, 'pointer'>>): void
}
