/** A statement without the literals that are written into it: they are somebody's data, meant for the database alone. */
export function withoutLiterals(sql: string): string {
  return sql.includes("'") ? sql.replaceAll(/'(?:[^']|'')*'/g, "'…'") : sql
}
