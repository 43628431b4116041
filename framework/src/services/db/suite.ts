import { describe } from 'node:test'
import { constraintCases } from './suite/constraints.ts'
import { type DbSuite } from './suite/context.ts'
import { faultCases } from './suite/faults.ts'
import { isolationCases } from './suite/isolation.ts'
import { keysetCases } from './suite/keyset.ts'
import { migrationCases } from './suite/migrations.ts'
import { poolCases } from './suite/pool.ts'
import { transactionCases } from './suite/transactions.ts'
import { typeCases } from './suite/types.ts'

export type { DbSuite } from './suite/context.ts'

/**
 * What every driver of the database promises, as tests: the whole test file of a driver.
 *
 * Give it a database that nothing else uses; its tables are dropped and made again.
 *
 * ```ts
 * import { dbDriverSuite } from 'throughline/testing'
 *
 * dbDriverSuite({ name: 'PostgreSQL', url: async () => 'postgres://app@127.0.0.1/empty' })
 * ```
 */
export function dbDriverSuite(suite: DbSuite): void {
  describe(suite.name, () => {
    typeCases(suite)
    constraintCases(suite)
    transactionCases(suite)
    isolationCases(suite)
    keysetCases(suite)
    migrationCases(suite)
    poolCases(suite)
    faultCases(suite)
  })
}
