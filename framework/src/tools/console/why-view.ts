import { attribution } from '../../contract/trace/attribution.ts'
import { sayWhy, type PoolUse } from '../../contract/trace/why.ts'
import type { Db } from '../../services/db/index.ts'
import type { Operation } from '../../std/operation.ts'
import type { WhyView } from './system-views.ts'

/** Where the time of a route went, over what is held of it. */
export function whyView(route: string, recent: Iterable<Operation>, db: Db | undefined): WhyView {
  const operations = [...recent].filter(({ name, kind }) => name === route && kind === 'request')
  const pool = db === undefined ? undefined : poolOf(db)
  const why = { route, attribution: attribution(operations), pool }
  return { ...why, sentences: sayWhy(why) }
}

function poolOf(db: Db): PoolUse {
  return { max: db.stats().max, ...db.load() }
}
