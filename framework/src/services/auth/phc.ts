/** What argon2id was given, and what came out of it. */
export interface Argon2Hash extends Argon2Cost {
  readonly salt: Buffer
  readonly tag: Buffer
}

export interface Argon2Cost {
  /** KiB. */
  readonly memory: number
  readonly passes: number
  readonly parallelism: number
}

// A stored value decides how much memory and time the next login takes: without a ceiling one bad row exhausts the process.
const ceiling = { memory: 131_072, passes: 10, parallelism: 8 }
const form = /^\$argon2id\$v=19\$m=([1-9]\d{0,6}),t=([1-9]\d?),p=([1-9])\$([A-Za-z0-9+/]{11,64})\$([A-Za-z0-9+/]{22,86})$/

/** Reads the PHC string format. The error does not repeat the value: it is a password hash. */
export function parsePhc(phc: string): Argon2Hash {
  const parts = form.exec(phc)
  if (parts === null) throw new Error('A stored password hash is not an argon2id PHC string ($argon2id$v=19$m=…,t=…,p=…$salt$hash).')
  const hash = {
    memory: Number(parts[1]),
    passes: Number(parts[2]),
    parallelism: Number(parts[3]),
    salt: fromBase64(parts[4]!),
    tag: fromBase64(parts[5]!),
  }
  if (hash.memory > ceiling.memory || hash.passes > ceiling.passes || hash.parallelism > ceiling.parallelism)
    throw new Error(
      `A stored password hash asks for m=${hash.memory},t=${hash.passes},p=${hash.parallelism}; at most m=${ceiling.memory},t=${ceiling.passes},p=${ceiling.parallelism} is allowed.`,
    )
  if (hash.memory < 8 * hash.parallelism)
    throw new Error(`A stored password hash has m=${hash.memory}; argon2 needs at least 8 KiB a lane (RFC 9106, 3.1).`)
  return hash
}

export function toPhc({ memory, passes, parallelism, salt, tag }: Argon2Hash): string {
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${toBase64(salt)}$${toBase64(tag)}`
}

function toBase64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}

function fromBase64(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64')
  // Bits beyond the last byte would make two strings of one hash.
  if (toBase64(bytes) !== text) throw new Error('A stored password hash has a salt or hash that is not canonical base64.')
  return bytes
}
