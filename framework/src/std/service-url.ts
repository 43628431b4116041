import { BootError } from './errors.ts'

/** Parses the URL of a service. The message never repeats it, because a password may be the part that is malformed. */
export function parseServiceUrl(text: string, example: string): URL {
  try {
    return new URL(text)
  } catch {
    throw new BootError(
      'driver-unknown',
      `The URL of a service cannot be read. Write it like ${example}, and percent-encode special characters of the password.`,
    )
  }
}

/** `postgres://alice:***@db/shop`: fit for a log or a message. Parameters are left out, they may hold secrets too. */
export function maskUrl(url: URL): string {
  const login = url.username === '' ? '' : url.username + (url.password === '' ? '' : ':***') + '@'
  return url.host === '' && login === '' ? url.protocol + url.pathname : `${url.protocol}//${login}${url.host}${url.pathname}`
}

/** The parameters of a service's URL by name. Throws `driver-parameter-unknown` when one is not in `known` or comes twice. */
export function readParameters<Name extends string>(url: URL, known: readonly Name[]): Partial<Record<Name, string>> {
  const read: Partial<Record<Name, string>> = {}
  for (const [name, value] of url.searchParams) {
    const match = known.find((candidate) => candidate === name)
    if (match === undefined) {
      const allowed = known.length === 0 ? 'It takes none.' : `Known ones: ${known.join(', ')}.`
      throw new BootError('driver-parameter-unknown', `${url.protocol} URLs have no parameter "${name}". ${allowed}`)
    }
    if (read[match] !== undefined)
      throw new BootError('driver-parameter-unknown', `The parameter "${name}" is given twice. Keep one of them.`)
    read[match] = value
  }
  return read
}
