import { inspect, type Application } from '../../app.ts'
import type { Db } from '../../services/db/index.ts'
import type { Resource } from '../../std/resource.ts'
import type { Sources } from '../../system/config/index.ts'

export function databasesOf(application: Application, sources: Sources): Db[] {
  return inspect(application, { sources }).resources.filter(isDb)
}

/** Beside a running application that owns the data folder, through its engine. */
export async function withDatabase<Result>(db: Db, work: (db: Db) => Promise<Result>): Promise<Result> {
  await db.open({ migrate: false, attach: true })
  try {
    return await work(db)
  } finally {
    await db.close()
  }
}

function isDb(resource: Resource): resource is Db {
  return 'migrations' in resource && 'transaction' in resource
}
