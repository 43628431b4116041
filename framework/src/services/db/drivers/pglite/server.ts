import { chmodSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import type { Engine } from './engine.ts'

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
