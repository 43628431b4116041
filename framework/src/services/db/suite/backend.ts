import { duplexPair, type Duplex } from 'node:stream'
import type { DbDriver } from '../driver.ts'

/** The server's half of the wire protocol, in memory and without SQL: it says yes to everything, until a test tells it otherwise. */
export interface Backend {
  readonly driver: DbDriver
  /** Connections that are open now, as the server sees it. */
  readonly open: number
  /** Connections that were ever accepted. */
  readonly accepted: number
  /** What the connections were asked to run, in order. */
  readonly statements: readonly string[]
  /** Refuses new connections. */
  refusing: boolean
  /** Takes statements and never answers: a network that swallows everything. */
  silent: boolean
  /** Resets every connection. */
  reset(): void
}

export function memoryBackend(): Backend {
  const sides = new Set<Duplex>()
  const statements: string[] = []
  let accepted = 0

  function accept(): Duplex {
    const [client, server] = duplexPair()
    let started = false
    const refused = backend.refusing
    // Answers come a turn later, as from a network: `pg` has not noted a statement as running while it still writes it.
    const answer = (...parts: Buffer[]): void => queueMicrotask(() => void server.write(Buffer.concat(parts)))
    server.on('data', (bytes: Buffer) => {
      if (!started) {
        started = true
        accepted++
        sides.add(server)
        answer(message('R', int32(0)), message('K', int32(accepted), int32(1)), ready)
        return
      }
      for (const [type, body] of messages(bytes)) {
        if (type === 'X') server.end()
        if (type !== 'Q') continue
        statements.push(body.toString('utf8', 0, body.length - 1))
        if (!backend.silent) answer(message('C', Buffer.from('SELECT 0\0')), ready)
      }
    })
    for (const side of [client, server])
      side.on('error', () => {}).on('close', () => (sides.delete(server), client.destroy(), server.destroy()))
    const connect = (): void => queueMicrotask(() => (refused ? client.destroy(refusal()) : client.emit('connect')))
    return Object.assign(client, { connect, setNoDelay() {}, setKeepAlive() {}, ref() {}, unref() {} })
  }

  const backend: Backend = {
    refusing: false,
    silent: false,
    statements,
    get open() {
      return sides.size
    },
    get accepted() {
      return accepted
    },
    reset() {
      for (const side of sides) side.destroy()
    },
    driver: {
      name: 'postgres',
      durability: 'power loss',
      prepares: true,
      maxConnections: Infinity,
      connection: async () => ({ host: 'memory', user: 'test', password: '', database: 'test', ssl: false, stream: accept }),
      cancel: async () => {},
      close: async () => {},
    },
  }
  return backend
}

function refusal(): Error {
  return Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect' })
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

function message(type: string, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body])
}

const ready = message('Z', Buffer.from('I'))

/** `pg` writes whole messages here, so none is ever split. */
function* messages(bytes: Buffer): Generator<[type: string, body: Buffer]> {
  for (let at = 0; at < bytes.length;) {
    const length = bytes.readInt32BE(at + 1)
    yield [String.fromCharCode(bytes[at] ?? 0), bytes.subarray(at + 5, at + 1 + length)]
    at += 1 + length
  }
}
