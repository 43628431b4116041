import { feed } from '../requests/feed.ts'
import { base, go } from '../state/router.ts'

/** Leads to the next request of the list, which knows what is newer and older as far as it was filtered. */
export function goBeside(id: string, step: number): void {
  const rows = feed.rows.value
  const at = rows.findIndex((row) => row.id === id)
  const beside = at < 0 ? undefined : rows[at + step]
  if (beside !== undefined) go(`${base}/requests/${encodeURIComponent(beside.id)}`)
}
