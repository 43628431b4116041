/** What is asked for here; records of other types are passed over. */
export type RecordType = 'A' | 'AAAA' | 'CNAME' | 'NS' | 'SOA'

export interface Question {
  /** Lower case, without the dot at the end; the root is the empty text. */
  readonly name: string
  readonly type: RecordType
}

/** `ttl` in seconds. */
export type DnsRecord = { readonly name: string; readonly ttl: number } & (
  | { readonly type: 'A' | 'AAAA'; readonly address: string }
  | { readonly type: 'CNAME' | 'NS'; readonly target: string }
  /** `minimum` bounds how long "there is none" may be remembered (RFC 2308). */
  | { readonly type: 'SOA'; readonly minimum: number }
)

export interface DnsMessage {
  readonly id: number
  readonly isReply: boolean
  readonly authoritative: boolean
  readonly truncated: boolean
  readonly recursionAvailable: boolean
  /** RCODE, with the upper bits of EDNS(0). */
  readonly code: number
  readonly question: Question | undefined
  readonly answers: readonly DnsRecord[]
  readonly authorities: readonly DnsRecord[]
  readonly additional: readonly DnsRecord[]
}

export const replyCodes = { formatError: 1, serverFailure: 2, nameError: 3 } as const

const typeNumbers: Readonly<Record<RecordType, number>> = { A: 1, NS: 2, CNAME: 5, SOA: 6, AAAA: 28 }
const typeNames = new Map(Object.entries(typeNumbers).map(([name, number]) => [number, name as RecordType]))
const optType = 41
const internet = 1
/** Fits in one packet on every path (DNS flag day 2020). */
const payloadSize = 1232

export interface Query extends Question {
  readonly id: number
  readonly recursion: boolean
  /** Whether EDNS(0) is offered. */
  readonly extended: boolean
}

/** Throws a `RangeError` for what is no name: a label of more than 63 bytes, or more than 255 in all. */
export function encodeQuery({ id, name, type, recursion, extended }: Query): Buffer {
  const head = Buffer.alloc(12)
  head.writeUInt16BE(id, 0)
  head.writeUInt16BE(recursion ? 0x0100 : 0, 2)
  head.writeUInt16BE(1, 4)
  head.writeUInt16BE(extended ? 1 : 0, 10)
  const tail = Buffer.alloc(4)
  tail.writeUInt16BE(typeNumbers[type], 0)
  tail.writeUInt16BE(internet, 2)
  const opt = Buffer.alloc(extended ? 11 : 0)
  if (extended) {
    opt.writeUInt16BE(optType, 1)
    opt.writeUInt16BE(payloadSize, 3)
  }
  return Buffer.concat([head, encodeName(name), tail, opt])
}

function encodeName(name: string): Buffer {
  const labels = name === '' ? [] : name.split('.')
  const parts = labels.map((label) => {
    const bytes = Buffer.from(label, 'latin1')
    if (bytes.length === 0 || bytes.length > 63) throw new RangeError(`"${label}" is no label: 1 to 63 bytes are.`)
    return Buffer.concat([Uint8Array.of(bytes.length), bytes])
  })
  const encoded = Buffer.concat([...parts, Uint8Array.of(0)])
  if (encoded.length > 255) throw new RangeError(`A name has at most 255 bytes; this one has ${encoded.length}.`)
  return encoded
}

/** Throws a `RangeError` for what is no message (RFC 1035, section 4). */
export function parseMessage(bytes: Buffer): DnsMessage {
  const at = { offset: 12 }
  const flags = bytes.readUInt16BE(2)
  const [questions, answers, authorities, additional] = [4, 6, 8, 10].map((offset) => bytes.readUInt16BE(offset)) as [
    number,
    number,
    number,
    number,
  ]
  const question = questions === 0 ? undefined : readQuestion(bytes, at)
  for (let left = questions - 1; left > 0; left--) readQuestion(bytes, at)
  // What was cut off ends anywhere: nothing behind the question can be relied on.
  const isCut = (flags & 0x0200) !== 0
  const sections = [answers, authorities, additional].map((count) => readSection(bytes, at, isCut ? 0 : count))
  const upperCode = sections.find(({ upper }) => upper !== undefined)?.upper ?? 0
  return {
    id: bytes.readUInt16BE(0),
    isReply: (flags & 0x8000) !== 0,
    authoritative: (flags & 0x0400) !== 0,
    truncated: isCut,
    recursionAvailable: (flags & 0x0080) !== 0,
    code: (upperCode << 4) | (flags & 0x0f),
    question,
    answers: sections[0]!.records,
    authorities: sections[1]!.records,
    additional: sections[2]!.records,
  }
}

interface Cursor {
  offset: number
}

function readQuestion(bytes: Buffer, at: Cursor): Question | undefined {
  const name = readName(bytes, at)
  const type = typeNames.get(bytes.readUInt16BE(at.offset))
  at.offset += 4
  return type === undefined ? undefined : { name, type }
}

function readSection(bytes: Buffer, at: Cursor, count: number): { records: DnsRecord[]; upper?: number } {
  const records: DnsRecord[] = []
  let upper: number | undefined
  for (let left = count; left > 0; left--) {
    const name = readName(bytes, at)
    const number = bytes.readUInt16BE(at.offset)
    const ttl = bytes.readUInt32BE(at.offset + 4)
    const end = at.offset + 10 + bytes.readUInt16BE(at.offset + 8)
    at.offset += 10
    if (end > bytes.length) throw new RangeError('A record is longer than the message.')
    const type = typeNames.get(number)
    if (number === optType) upper = ttl >>> 24
    // A TTL with the highest bit set counts as zero (RFC 2181, section 8).
    if (type !== undefined) records.push({ name, ttl: ttl > 0x7fffffff ? 0 : ttl, ...readData(bytes, type, { at, end }) } as DnsRecord)
    at.offset = end
  }
  return { records, ...(upper !== undefined && { upper }) }
}

function readData(bytes: Buffer, type: RecordType, { at, end }: { at: Cursor; end: number }): object {
  if (type === 'CNAME' || type === 'NS') return { type, target: readName(bytes, at) }
  if (type === 'SOA') {
    readName(bytes, at)
    readName(bytes, at)
    return { type, minimum: bytes.readUInt32BE(at.offset + 16) }
  }
  const data = bytes.subarray(at.offset, end)
  if (data.length !== (type === 'A' ? 4 : 16)) throw new RangeError(`An ${type} record has ${data.length} bytes.`)
  return { type, address: type === 'A' ? data.join('.') : toIpv6(data) }
}

function readName(bytes: Buffer, at: Cursor): string {
  const labels: string[] = []
  let offset = at.offset
  let length = 1
  let jumped = false
  for (;;) {
    const size = bytes.readUInt8(offset)
    if (size >= 0xc0) {
      const target = bytes.readUInt16BE(offset) & 0x3fff
      if (!jumped) at.offset = offset + 2
      // Backwards only, so that no two pointers can chase each other for ever.
      if (target >= offset) throw new RangeError('A name points forward.')
      jumped = true
      offset = target
      length++
      if (length > 255) throw new RangeError('A name has more than 255 bytes.')
      continue
    }
    if (size > 63) throw new RangeError(`A label has the reserved length ${size}.`)
    if (!jumped) at.offset = offset + 1 + size
    if (size === 0) return labels.join('.').toLowerCase()
    length += size + 1
    if (length > 255 || offset + 1 + size > bytes.length) throw new RangeError('A name is too long.')
    labels.push(toLabel(bytes.subarray(offset + 1, offset + 1 + size)))
    offset += 1 + size
  }
}

// A dot inside a label is not the one between labels, and what is not printable must not reach a terminal.
function toLabel(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) =>
    byte > 0x20 && byte < 0x7f && byte !== 0x2e && byte !== 0x5c ? String.fromCharCode(byte) : `\\${String(byte).padStart(3, '0')}`,
  ).join('')
}

/** The shortest form (RFC 5952). */
function toIpv6(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16)).join(':')
  const zeros = [...groups.matchAll(/(?<![0-9a-f])0(?::0)+(?![0-9a-f])/g)].sort((a, b) => b[0].length - a[0].length)[0]
  if (zeros === undefined) return groups
  return `${groups.slice(0, Math.max(0, zeros.index - 1))}::${groups.slice(zeros.index + zeros[0].length + 1)}`
}
