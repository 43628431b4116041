import { isDatabaseError } from './pg.ts'

/** What PostgreSQL said about a broken constraint. */
export interface Violation {
  readonly kind: 'unique' | 'foreign key' | 'check' | 'not null' | 'exclusion'
  /** As in the migration: `orders_pkey`. A broken `not null` has no name in PostgreSQL before 18; here it is always `TABLE.COLUMN`. */
  readonly constraint: string
  readonly table: string
  readonly column: string | undefined
}

/** The error that the caller gets for each constraint, by its name. A constraint that is not listed is a bug when it breaks: a 500. */
export type ConstraintMap = Readonly<Record<string, (violation: Violation) => Error>>

const kinds = new Map<string | undefined, Violation['kind']>([
  ['23505', 'unique'],
  ['23503', 'foreign key'],
  ['23514', 'check'],
  ['23502', 'not null'],
  ['23P01', 'exclusion'],
])

/** What the caller should get for `error`: the mapped one with `error` as its cause, or `error` as it is. */
export function mapConstraint(error: unknown, map: ConstraintMap): unknown {
  if (!isDatabaseError(error)) return error
  const kind = kinds.get(error.code)
  if (kind === undefined) return error
  const table = error.table ?? ''
  const constraint = kind === 'not null' ? `${table}.${error.column}` : (error.constraint ?? '')
  if (!Object.hasOwn(map, constraint)) return error
  const mapped = map[constraint]!({ kind, constraint, table, column: error.column })
  mapped.cause ??= error
  return mapped
}
