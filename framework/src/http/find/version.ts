import type { IncomingMessage } from 'node:http'
import { BootError } from '../../std/errors.ts'
import { addVary, headerOf, setHeader } from '../headers.ts'
import type { Outgoing, Stage, Versioning } from '../stage.ts'

const defaultNames = { path: '', header: 'api-version', query: 'v', 'media-type': 'api' }

export function nameOf({ by, name = defaultNames[by] }: Versioning): string {
  if (/^[\w.-]*$/.test(name)) return name.toLowerCase()
  throw new BootError('contract-invalid', `Versions cannot be named by "${name}".`, { fix: 'Use letters, digits, hyphens and dots.' })
}

/** `application/vnd.shop.v2+json` */
export function vendorType(versioning: Versioning, number: number, syntax: string): string {
  return `application/vnd.${nameOf(versioning)}.v${number}+${syntax}`
}

/** Reads which version a request names: undefined when none, NaN when it is no number. */
export function versionReader(versioning: Versioning): (request: IncomingMessage) => number | undefined {
  const name = nameOf(versioning)
  switch (versioning.by) {
    case 'path':
      return () => undefined
    case 'header':
      return ({ headers }) => toNumber(headers[name] as string | undefined)
    case 'query':
      return ({ url = '' }) => {
        const at = url.indexOf('?')
        return at < 0 ? undefined : toNumber(new URLSearchParams(url.slice(at + 1)).get(name) ?? undefined)
      }
    case 'media-type': {
      const pattern = vendorPattern(name)
      return ({ headers }) => toNumber((pattern.exec(headers.accept ?? '') ?? pattern.exec(headers['content-type'] ?? ''))?.[1])
    }
  }
}

function toNumber(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const digits = /^\s*v?(\d{1,6})\s*$/i.exec(text)?.[1]
  return digits === undefined ? NaN : Number(digits)
}

function vendorPattern(name: string, flags = 'i'): RegExp {
  return new RegExp(`application/vnd\\.${name.replaceAll('.', '\\.')}\\.v([\\w-]+)\\+(\\w+)`, flags)
}

/** Says in the answer which version it is, in the way the application's callers name one. */
export const version: Stage = {
  name: 'version',
  compile({ version: of, endpoint }, { versioning }) {
    if (of === undefined || versioning === undefined || versioning.by === 'path') return undefined
    const name = nameOf(versioning)
    const step = { stage: 'version', label: `version ${of.number} by ${versioning.by}` }
    if (versioning.by === 'header') {
      const leave = (_c: unknown, outgoing: Outgoing) => {
        outgoing.headers.push(name, String(of.number))
        addVary(outgoing, name)
      }
      return { ...step, leave }
    }
    if (versioning.by === 'query') {
      if (endpoint.method !== 'GET') return undefined
      // One address for one thing, whatever order the caller wrote its query in and whether or not it named the version: caches can share it.
      return {
        ...step,
        leave: ({ request }, outgoing) => setHeader(outgoing, 'content-location', canonical(request.url!, name, of.number)),
      }
    }
    const pattern = vendorPattern(name, 'gi')
    return {
      ...step,
      enter({ request }) {
        // Whoever negotiates next knows media types, not versions.
        if (request.headers.accept !== undefined) request.headers.accept = request.headers.accept.replaceAll(pattern, 'application/$2')
        return undefined
      },
      leave(_c, outgoing) {
        const syntax = /^application\/(\w+)(?:;|$)/.exec(headerOf(outgoing, 'content-type') ?? '')?.[1]
        if (syntax !== undefined) setHeader(outgoing, 'content-type', vendorType(versioning, of.number, syntax))
        addVary(outgoing, 'accept')
      },
    }
  },
}

function canonical(url: string, name: string, number: number): string {
  const [path = '', query = ''] = url.split('?', 2)
  const search = new URLSearchParams(query)
  search.set(name, String(number))
  search.sort()
  return `${path}?${search}`
}
