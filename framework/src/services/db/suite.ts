import { describe } from 'node:test'
import { constraintCases, suiteConstraints } from './suite/constraints.ts'
import { openGroup, type DbSuite } from './suite/context.ts'
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
    describe('one database', () => {
      const group = openGroup(suite, { constraints: suiteConstraints })
      typeCases(group)
      constraintCases(group)
      transactionCases(group)
      isolationCases(group)
      keysetCases(group)
      migrationCases(group)
    })
    poolCases(suite)
    faultCases(suite)
  })
}
