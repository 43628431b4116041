/** What we need of the PostgreSQL wire protocol, version 3 (PostgreSQL manual, chapter "Frontend/Backend Protocol"). */

const header = 5
/** A client that announces a longer message is broken or hostile. PostgreSQL's own limit is 1 GB. */
export const maxMessageBytes = 256 * 1024 * 1024

export const code = {
  cancelRequest: 80_877_102,
  sslRequest: 80_877_103,
  gssRequest: 80_877_104,
} as const

/** Where the last whole message of `bytes` ends, and whether the client said goodbye (`X`) there. */
export function wholeMessages(bytes: Uint8Array): { end: number; terminated: boolean } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let end = 0
  while (end + header <= bytes.length) {
    const size = view.getInt32(end + 1)
    if (size < 4 || size > maxMessageBytes) throw new RangeError(`a message of ${size} bytes`)
    if (bytes[end] === letter.terminate) return { end, terminated: true }
    if (end + 1 + size > bytes.length) break
    end += 1 + size
  }
  return { end, terminated: false }
}

const letter = {
  backendKey: 'K'.charCodeAt(0),
  commandComplete: 'C'.charCodeAt(0),
  error: 'E'.charCodeAt(0),
  notification: 'A'.charCodeAt(0),
  readyForQuery: 'Z'.charCodeAt(0),
  terminate: 'X'.charCodeAt(0),
}

/** `I` idle, `T` in a transaction, `E` in a failed transaction. */
export type TransactionStatus = 'I' | 'T' | 'E'

export interface Reply {
  /** Whole messages for the client that asked. */
  bytes: Uint8Array<ArrayBuffer>
  /** Of the last ReadyForQuery; undefined when the engine waits for more from the client. */
  status: TransactionStatus | undefined
  /** Notifications are for every session that listens, whoever ran the statement. */
  notifications: Uint8Array<ArrayBuffer> | undefined
  listened: boolean
  wrote: boolean
  failed: boolean
  /** The engine has given up: whatever it is asked next, it will not answer. */
  fatal: boolean
}

/** Reads what the engine wrote, and gives back the piece of a message that may be left at its end. */
export function readReply(output: Uint8Array<ArrayBuffer>): { reply: Reply; rest: Uint8Array<ArrayBuffer> | undefined } {
  const reply: Reply = {
    bytes: output,
    status: undefined,
    notifications: undefined,
    listened: false,
    wrote: false,
    failed: false,
    fatal: false,
  }
  const view = new DataView(output.buffer, output.byteOffset, output.byteLength)
  const notifications: Uint8Array[] = []
  const others: Uint8Array[] = []
  let end = 0
  let taken = 0
  while (end + header <= output.length) {
    const next = end + 1 + view.getInt32(end + 1)
    if (next > output.length) break
    const type = output[end]
    if (type === letter.readyForQuery) reply.status = String.fromCharCode(output[end + header] ?? 0) as TransactionStatus
    else if (type === letter.commandComplete) noteCommand(reply, ascii(output, end + header, next - 1))
    else if (type === letter.error) {
      reply.failed = true
      if (ascii(output, end + header, next).startsWith('SFATAL')) reply.fatal = true
    } else if (type === letter.notification) {
      others.push(output.subarray(taken, end))
      notifications.push(output.subarray(end, next))
      taken = next
    }
    end = next
  }
  const rest = end < output.length ? output.slice(end) : undefined
  if (notifications.length > 0) {
    others.push(output.subarray(taken, end))
    reply.bytes = join(others)
    reply.notifications = join(notifications)
  } else if (rest !== undefined) reply.bytes = output.slice(0, end)
  return { reply, rest }
}

function noteCommand(reply: Reply, tag: string): void {
  if (tag === 'LISTEN') reply.listened = true
  else if (/^(INSERT|UPDATE|DELETE|MERGE|COPY) /.test(tag)) reply.wrote = true
}

function ascii(bytes: Uint8Array, from: number, to: number): string {
  // Long enough for every command tag, and nobody wants an error's whole text here.
  return String.fromCharCode(...bytes.subarray(from, Math.min(to, from + 24)))
}

export function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

/** The engine gives every session the same BackendKeyData; a CancelRequest must find one of them. */
export function replaceBackendKey(bytes: Uint8Array, key: { processId: number; secretKey: number }): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 0; at + header <= bytes.length; at += 1 + view.getInt32(at + 1)) {
    if (bytes[at] !== letter.backendKey) continue
    view.setInt32(at + header, key.processId)
    view.setInt32(at + header + 4, key.secretKey)
    return
  }
}

export function query(sql: string): Uint8Array {
  return message('Q', `${sql}\0`)
}

export const sync: Uint8Array = message('S', '')

export function errorResponse(sqlState: string, text: string): Uint8Array {
  return message('E', `SFATAL\0VFATAL\0C${sqlState}\0M${text}\0\0`)
}

function message(type: string, body: string): Uint8Array {
  const content = Buffer.from(body)
  const bytes = Buffer.alloc(header + content.length)
  bytes.write(type, 'latin1')
  bytes.writeInt32BE(4 + content.length, 1)
  content.copy(bytes, header)
  return bytes
}
