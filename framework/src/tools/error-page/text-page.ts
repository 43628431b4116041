import type { Frame } from '../../std/stack.ts'
import type { Failure } from './failure.ts'

/** The page for terminals. */
export function textPage(failure: Failure): string {
  const { chain, at, code, hint, http, queries, logs, route, id, status } = failure
  const [first, ...causes] = chain
  const lines = [
    `${status} ${http.method} ${http.target}`,
    '',
    titleOf(first!),
    ...causes.map((cause) => `  caused by ${titleOf(cause)}`),
    ...(hint === undefined ? [] : ['', `Fix: ${hint}`]),
    ...(at === undefined ? [] : ['', placeOf(at)]),
    ...(code ?? []).map(({ number, text, isIt }) => `${isIt ? '>' : ' '} ${String(number).padStart(5)} | ${text}`),
    '',
    'Stack',
    ...chain[0]!.frames.map((frame) => `  ${frame.of === 'application' ? '*' : ' '} ${frame.call || 'anonymous'} ${placeOf(frame)}`),
    ...section(
      'Queries',
      queries.map(({ sql, ms, rows, failed }) => `${timeOf(ms)}  ${failed ?? `${rows ?? '?'} rows`}  ${sql}`),
    ),
    ...section(
      'Log',
      logs.map(({ level, event, fields }) => `${level.padEnd(5)} ${event} ${fields === undefined ? '' : JSON.stringify(fields)}`),
    ),
    '',
    `Route: ${route}`,
    `Trace: /console/requests/${encodeURIComponent(id)}`,
    '',
  ]
  return lines.map(plain).join('\n')
}

export function titleOf({ type, code, message }: Failure['chain'][number]): string {
  return `${type}${code === undefined || code === type ? '' : ` [${code}]`}: ${message}`
}

export function placeOf({ file, line, column }: Pick<Frame, 'file' | 'line' | 'column'>): string {
  return `${file}:${line}:${column}`
}

export function timeOf(ms: number | undefined): string {
  return ms === undefined ? 'running' : `${ms.toFixed(1)} ms`
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)]
}

/** A terminal obeys what it is shown. */
function plain(line: string): string {
  return line.replaceAll(/(?![\n\t])[\p{Cc}\p{Cf}]/gu, '\ufffd')
}
