import type { Db } from '../../services/db/index.ts'
import type { Resource } from '../../std/resource.ts'

/** The application's database, if it has one. Known by its shape: loading the class would load the driver, also for those without a database. */
export function databaseOf(resources: readonly Resource[]): Db | undefined {
  return resources.find((resource): resource is Db => '~queryable' in resource && 'migrations' in resource)
}
