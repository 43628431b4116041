import { chmodSync, rmSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import type { Engine } from './engine.ts'
import { cancelRequest } from './protocol.ts'

/** The socket at which other processes of the same user (the CLI, psql) share the engine, in PostgreSQL's own protocol. */
export class EngineServer {
  readonly #path: string
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  constructor(engine: Engine, path: string) {
    this.#path = path
    this.#server = createServer((socket) => this.#accept(engine, socket))
  }

  open(): Promise<void> {
    // The folder's lock is ours, so a socket in it is a dead process's.
    rmSync(this.#path, { force: true })
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(this.#path, () => {
        chmodSync(this.#path, 0o600)
        this.#server.unref()
        resolve()
      })
    })
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    for (const socket of this.#sockets) socket.destroy()
    await closed
    rmSync(this.#path, { force: true })
  }

  #accept(engine: Engine, socket: Socket): void {
    this.#sockets.add(socket)
    const session = engine.connect({
      isRemote: true,
      send: (bytes) => void socket.write(bytes),
      close: () => socket.destroySoon(),
      cancel: (processId, secretKey) => void engine.cancel(processId, secretKey),
    })
    socket.on('data', (bytes) => session.receive(bytes))
    socket.on('error', () => session.end())
    socket.on('close', () => {
      this.#sockets.delete(socket)
      session.end()
    })
  }
}

/** Resolves when the owner has taken the request: it hangs up then, and that is all the protocol tells. */
export function sendCancel(path: string, processId: number, secretKey: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => socket.write(cancelRequest(processId, secretKey)))
    socket.once('error', reject)
    socket.once('close', () => resolve())
    socket.resume()
  })
}
