// @ts-check

/**
 * @typedef {import('./model.js').Operation} Operation
 * @typedef {{ method: string, url: string, headers: Record<string, string>, body: string | undefined }} Call
 */

/**
 * What a filled-in form asks for. Empty optional fields are left out.
 *
 * @param {Operation} operation
 * @param {Map<string, string>} values by `in:name`, and `body`
 * @param {string} token
 * @returns {Call}
 */
export function toCall(operation, values, token) {
  const path = operation.path.replaceAll(/\{([^}]+)\}/g, (_, name) => encodeURIComponent(values.get(`path:${name}`) ?? ''))
  const query = new URLSearchParams()
  /** @type {Record<string, string>} */
  const headers = {}
  for (const { name, in: place, schema } of operation.parameters) {
    const value = values.get(`${place}:${name}`) ?? ''
    if (value === '') continue
    if (place === 'header') headers[name.toLowerCase()] = value
    else if (place === 'query') for (const one of schema['type'] === 'array' ? value.split(',') : [value]) query.append(name, one.trim())
  }
  if (operation.secured && token !== '') headers['authorization'] = `Bearer ${token}`
  const body = operation.body && values.get('body') ? values.get('body') : undefined
  if (body !== undefined && operation.body) headers['content-type'] = operation.body.media
  return { method: operation.method, url: new URL(path + (query.size > 0 ? `?${query}` : ''), location.origin).href, headers, body }
}

/**
 * The same call for a POSIX shell.
 *
 * @param {Call} call
 * @returns {string}
 */
export function toCurl({ method, url, headers, body }) {
  const lines = [method === 'GET' ? `curl ${quote(url)}` : `curl -X ${method} ${quote(url)}`]
  for (const [name, value] of Object.entries(headers)) lines.push(`-H ${quote(`${name}: ${value}`)}`)
  if (body !== undefined) lines.push(`--data-raw ${quote(body)}`)
  return lines.join(' \\\n  ')
}

/** @param {string} text */
function quote(text) {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}

/**
 * @typedef {{ status: number, statusText: string, milliseconds: number, headers: [string, string][], text: string, json: unknown, size: number }} Outcome
 *
 * @param {Call} call
 * @returns {Promise<Outcome>}
 */
export async function send({ method, url, headers, body }) {
  const started = performance.now()
  const response = await fetch(url, { method, headers, ...(body !== undefined && { body }), credentials: 'same-origin', cache: 'no-store' })
  const bytes = new Uint8Array(await response.arrayBuffer())
  const milliseconds = performance.now() - started
  const text = new TextDecoder().decode(bytes)
  const isJson = /[/+]json\b/.test(response.headers.get('content-type') ?? '')
  return {
    status: response.status,
    statusText: response.statusText,
    milliseconds,
    headers: [...response.headers],
    text,
    json: isJson ? parse(text) : undefined,
    size: bytes.length,
  }
}

/**
 * @param {string} text
 * @returns {unknown}
 */
export function parse(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
