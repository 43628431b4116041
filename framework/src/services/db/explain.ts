import type { Pool } from './pool.ts'

/** How the engine would run a statement. */
export interface Plan {
  /** As PostgreSQL writes it, a line each. */
  readonly lines: readonly string[]
  /** Why there is none. */
  readonly problem?: string | undefined
}

const explainable = /^\s*(?:select|insert|update|delete|with|merge|values|table)\b/i

/** Asks for the plan alone, in a transaction that may not write and is rolled back. */
export async function explain(pool: Pool, sql: string): Promise<Plan> {
  if (!explainable.test(sql) || sql.includes(';')) return { lines: [], problem: 'Only queries and changes of rows have a plan.' }
  const session = await pool.acquire({ route: 'explain' })
  try {
    await session.query('begin read only')
    // As text without parameters, for PostgreSQL plans `$1` as something unknown then.
    const { rows } = await session.query(`explain (generic_plan) ${sql}`)
    return { lines: rows.map((row: Record<string, unknown>) => String(row['QUERY PLAN'])) }
  } catch (error) {
    return { lines: [], problem: problemOf(error) }
  } finally {
    await session.rollback()
    pool.release(session)
  }
}

function problemOf(error: unknown): string {
  const said = error instanceof Error ? error.message : String(error)
  return said.includes('generic_plan') ? 'Plans without values need PostgreSQL 16 or newer.' : said
}
