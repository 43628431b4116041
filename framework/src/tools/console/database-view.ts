import type { Db } from '../../services/db/index.ts'
import type { Operation } from '../../std/operation.ts'
import type { DatabaseView, PlanView, StatementView } from './system-views.ts'
import { smellsOf } from './smells.ts'
import type { Smell } from './views.ts'

const mostStatements = 100
const mostSmells = 20
const slowMs = 50
const manyRows = 1_000

export async function databaseView(db: Db, recent: Iterable<Operation>): Promise<DatabaseView> {
  const { inUse, idle, waiting, max, acquired } = db.stats()
  // What the start sends, migrations above all, is nobody's to make faster.
  const sent = db.statements().filter(isOfRoutes)
  const statements = sent.slice(0, mostStatements)
  const migrations = await db.migrations.status()
  return {
    name: db.name,
    place: db.place,
    engine: `PostgreSQL ${db.engine.version} (${db.engine.name})`,
    pool: { inUse, idle, waiting, max },
    waits: { count: acquired.count, totalMs: acquired.total, longestMs: acquired.longest },
    statements: statements.map((one): StatementView => ({ ...one, meanMs: one.totalMs / Math.max(1, one.calls) })),
    smells: [...repeated(recent), ...statements.flatMap(smellsOfStatement)].slice(0, mostSmells),
    migrations: migrations.map(({ set, name, appliedAt }) => ({ set, name, appliedAt: appliedAt?.toISOString() })),
  }
}

/** Routes that ask for each row by itself: seen in what was recorded, told once a statement. */
function repeated(recent: Iterable<Operation>): Smell[] {
  const worst = new Map<string, Smell>()
  for (const operation of recent) {
    for (const smell of smellsOf(operation)) {
      if (smell.kind !== 'n-plus-one') continue
      const key = `${operation.name} ${smell.sql}`
      if ((worst.get(key)?.count ?? 0) >= smell.count!) continue
      worst.set(key, { ...smell, text: `${operation.name} sent the same statement ${smell.count} times in one request.` })
    }
  }
  return [...worst.values()]
}

function isOfRoutes({ routes }: { readonly routes: readonly string[] }): boolean {
  return routes.some((route) => route !== 'migrations')
}

function smellsOfStatement({ sql, calls, totalMs, rows }: Omit<StatementView, 'meanMs'>): Smell[] {
  const smells: Smell[] = []
  const meanMs = totalMs / Math.max(1, calls)
  const perCall = rows / Math.max(1, calls)
  if (/\bselect\s+(?:\w+\.)?\*/i.test(sql))
    smells.push({ kind: 'select-star', text: 'It asks for every column.', fix: 'Name the columns that are used.', sql })
  if (meanMs >= slowMs)
    smells.push({
      kind: 'slow',
      text: `It takes ${meanMs.toFixed(0)} ms on average.`,
      fix: 'Look at its plan: an index may be missing.',
      sql,
    })
  if (perCall >= manyRows && !/\blimit\b/i.test(sql))
    smells.push({ kind: 'no-limit', text: `It answers with ${perCall.toFixed(0)} rows and has no limit.`, fix: 'Page through them.', sql })
  return smells
}

/** A plan, and what in it is worth a second look. */
export async function planView(db: Db, sql: string): Promise<PlanView | undefined> {
  const plan = await db.explain(sql)
  return plan && { sql, lines: plan.lines, problem: plan.problem, smells: plan.lines.flatMap(scanOf) }
}

function scanOf(line: string): Smell[] {
  const [, table, rows] = /Seq Scan on (\S+).*rows=(\d+)/.exec(line) ?? []
  if (table === undefined || Number(rows) < manyRows) return []
  const text = `It reads all of ${table}, about ${rows} rows.`
  return [{ kind: 'sequential-scan', text, fix: 'An index on what it filters by would let it read a few.', count: Number(rows) }]
}
