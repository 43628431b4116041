import type { HttpRecord } from '../../../../framework/src/std/operation.ts'

/** What curl computes, or what belongs to that one connection. */
const own = new Set(['host', 'content-length', 'connection', 'accept-encoding', 'transfer-encoding', 'traceparent', 'tracestate', 'expect'])

/** The command that sends the request again. Header values that were masked are left for whoever runs it to fill in. */
export function toCurl(origin: string, { method, target, requestHeaders, requestBody }: HttpRecord): string {
  const lines = [`curl -i -X ${method} ${quoted(origin + target)}`]
  for (const [name, value] of requestHeaders) if (!own.has(name) && !name.startsWith(':')) lines.push(`-H ${quoted(`${name}: ${value}`)}`)
  if (requestBody !== undefined)
    lines.push(`--data-raw ${quoted(typeof requestBody === 'string' ? requestBody : JSON.stringify(requestBody))}`)
  return lines.join(' \\\n  ')
}

/** For a POSIX shell: nothing inside of single quotes means anything but the quote itself. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
