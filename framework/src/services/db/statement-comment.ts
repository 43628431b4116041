import { ambient } from '../../std/ambient.ts'
import { toTraceparent } from '../../std/trace-context.ts'

/** What statements say of the request they belong to, where the database shows them (`pg_stat_activity`, its log): nothing, its route, or also its id and trace. */
export type StatementComment = 'none' | 'route' | 'request'

/** The statement with a comment behind it (sqlcommenter's form), or as it is outside of a request. */
export function withComment(sql: string, kind: StatementComment): string {
  const request = kind === 'none' ? undefined : ambient.get()
  if (request === undefined) return sql
  const { id, route, trace } = request
  const fields: Record<string, string> =
    kind === 'route' ? { route } : { request_id: id, route, ...(trace && { traceparent: toTraceparent(trace) }) }
  const text = Object.entries(fields).map(([key, value]) => `${key}='${encode(value)}'`)
  // On a line of its own: the statement may end in a comment that goes to the end of its line.
  return `${sql}\n/*${text.join(',')}*/`
}

/** Neither `*` `/` nor a quote is left: nothing that a caller named itself by ends the comment. */
function encode(value: string): string {
  return encodeURIComponent(value).replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}
