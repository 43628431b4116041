/** What callers said about a request to everybody who works on it (W3C Baggage), by key. */
export type Baggage = ReadonlyMap<string, BaggageMember>

export interface BaggageMember {
  readonly value: string
  /** As they came, `;` and all; empty where there are none. */
  readonly properties: string
}

// What every platform must pass on; more is not promised to arrive anywhere, and is dropped here.
const mostMembers = 64
const mostBytes = 8192

const member =
  /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*=[ \t]*(?:([!#-+\--:<-[\]-~]+)[ \t]*)?((?:;[ \t]*[!#$%&'*+.^_`|~0-9A-Za-z-]+[ \t]*(?:=[ \t]*(?:[!#-+\--:<-[\]-~]+[ \t]*)?)?)*)$/

/** Reads the header. A member that is malformed is left out, of two with one key the later one stays, and what goes beyond the limits is dropped. */
export function parseBaggage(header: string | undefined): Baggage {
  const members = new Map<string, BaggageMember>()
  let bytes = 0
  for (const part of (header ?? '').split(',')) {
    const match = member.exec(part.trim())
    if (match === null) continue
    bytes += match[0].length + 1
    if (bytes - 1 > mostBytes) break
    const [, key = '', value = '', properties = ''] = match
    if (members.size === mostMembers && !members.has(key)) break
    members.set(key, { value: decode(value), properties: properties.trim() })
  }
  return members
}

/** The header, within the limits; empty when there is nothing to say. */
export function toBaggage(baggage: Baggage): string {
  let header = ''
  for (const [key, { value, properties }] of baggage) {
    const longer = `${header}${header === '' ? '' : ','}${key}=${encodeURIComponent(value)}${properties}`
    if (longer.length > mostBytes) break
    header = longer
  }
  return header
}

/** Bytes that are not UTF-8 become U+FFFD, as the specification has it: `decodeURIComponent` would throw. */
function decode(value: string): string {
  return value.replaceAll(/(?:%[0-9A-Fa-f]{2})+/g, (bytes) => Buffer.from(bytes.replaceAll('%', ''), 'hex').toString('utf8'))
}
