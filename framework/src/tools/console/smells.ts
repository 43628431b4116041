import type { Operation, Span } from '../../std/operation.ts'
import type { Smell } from './views.ts'

const repeated = 5
const slowMs = 100
const manyRows = 1_000
const longWaitMs = 50

/** What about an operation's statements is worth a second look. */
export function smellsOf({ spans }: Pick<Operation, 'spans'>): Smell[] {
  const queries = spans.filter(({ kind, end }) => kind === 'sql' && end >= 0)
  return [...repetitions(queries), ...queries.flatMap(smellsOfOne).filter(isFirst), ...waits(spans)]
}

/** The same statement again and again: one for each row of another one's answer. */
function repetitions(queries: readonly Span[]): Smell[] {
  const counts = new Map<string, number>()
  for (const { name } of queries) if (!isControl(name)) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts]
    .filter(([, count]) => count >= repeated)
    .map(([sql, count]) => ({
      kind: 'n-plus-one',
      text: `The same statement ran ${count} times.`,
      fix: 'Ask once for all of them: where id = any($1), or a join.',
      sql,
      count,
    }))
}

function smellsOfOne({ name: sql, start, end, attributes }: Span): Smell[] {
  const ms = end - start
  const rows = Number(attributes?.['rows'] ?? 0)
  const smells: Smell[] = []
  if (/\bselect\s+(?:\w+\.)?\*/i.test(sql))
    smells.push({
      kind: 'select-star',
      text: 'It asks for every column.',
      fix: 'Name the columns that are used: new ones would travel along unseen.',
      sql,
    })
  if (ms >= slowMs)
    smells.push({ kind: 'slow', text: `It took ${ms.toFixed(0)} ms.`, fix: 'Look at its plan: an index may be missing.', sql })
  if (rows >= manyRows)
    smells.push({
      kind: 'many-rows',
      text: `It answered with ${rows} rows.`,
      fix: 'Page through them, or let the database add them up.',
      sql,
      count: rows,
    })
  return smells
}

function waits(spans: readonly Span[]): Smell[] {
  const longest = Math.max(0, ...spans.filter(({ kind }) => kind === 'pool').map(({ start, end }) => end - start))
  if (longest < longWaitMs) return []
  const text = `It waited ${longest.toFixed(0)} ms for a connection.`
  return [{ kind: 'long-wait', text, fix: 'Hold transactions for a shorter time, or allow the pool more connections.' }]
}

function isControl(sql: string): boolean {
  return /^(?:begin|commit|rollback|savepoint|release)\b/i.test(sql)
}

function isFirst(smell: Smell, index: number, all: readonly Smell[]): boolean {
  return all.findIndex(({ kind, sql }) => kind === smell.kind && sql === smell.sql) === index
}
