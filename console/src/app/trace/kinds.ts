import type { PictureRow } from './picture.ts'

/** The colour of a row: one for each kind of work, see styles/kinds.css. */
export function tone({ kind, state, name, side }: Pick<PictureRow, 'kind' | 'state' | 'name' | 'side'>): string {
  if (state === 'failed') return 'failed'
  if (state === 'gap') return 'gap'
  if (side === 'client') return `client-${kind}`
  return kind === 'stage' && name === 'handle' && side === 'server' ? 'handler' : kind
}

const phases: Readonly<Record<string, string>> = {
  dns: 'DNS',
  tcp: 'TCP',
  tls: 'TLS',
  request: 'Request',
  waiting: 'Waiting',
  content: 'Content',
}

/** What a row is called: steps know more about themselves than their name. */
export function title({ name, kind, span, folded, side, depth }: PictureRow): string {
  if (side === 'client' && depth === 0) return phases[kind] ?? name
  const label = kind === 'stage' && folded === undefined ? span?.attributes?.['label'] : undefined
  return typeof label === 'string' ? label : name.trim().replaceAll(/\s+/g, ' ')
}

/** What is worth reading without opening it. */
export function remark({ kind, span, state, note, operation, side }: PictureRow): string {
  if (side === 'client') return note
  if (span === undefined)
    return state === 'gap' ? note : operation?.outcome === 'failed' ? (operation.error?.code ?? operation.error?.type ?? '') : ''
  if (span.failed !== undefined) return span.failed
  if (span.end < 0) return 'never ended'
  const { rows, status, attempt } = span.attributes ?? {}
  if (kind === 'sql' && rows !== undefined)
    return /^\s*(?:begin|commit|rollback|savepoint|release|set)\b/i.test(span.name) ? '' : rows === 1 ? '1 row' : `${rows} rows`
  if (kind === 'transaction' && Number(attempt) > 1) return `attempt ${attempt}`
  return status === undefined ? '' : String(status)
}
