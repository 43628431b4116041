import type { KeysetRequest } from 'throughline/db'
import type { Stretch } from '../domain/page.ts'

/** The empty cursor is the start. */
export function toKeyset(stretch: Stretch): Pick<KeysetRequest, 'limit' | 'after'> {
  const after = 'after' in stretch && stretch.after !== '' ? stretch.after : undefined
  return { limit: stretch.limit, after }
}
