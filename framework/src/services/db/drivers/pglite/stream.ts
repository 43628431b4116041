import { Duplex } from 'node:stream'
import type { Engine } from './engine.ts'
import type { Session } from './session.ts'

/** What `pg` takes for its socket: the bytes go to the engine's thread instead. */
export class EngineStream extends Duplex {
  readonly #engine: Engine
  #session: Session | undefined

  constructor(engine: Engine) {
    super({ allowHalfOpen: false })
    this.#engine = engine
  }

  connect(): this {
    this.#session = this.#engine.connect({
      send: (bytes) => void this.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)),
      close: () => this.destroy(),
    })
    process.nextTick(() => this.emit('connect'))
    return this
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: () => void): void {
    this.#session?.receive(chunk)
    callback()
  }

  override _read(): void {}

  override _final(callback: () => void): void {
    this.#session?.end()
    this.push(null)
    callback()
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#session?.end()
    callback(error)
  }

  // `pg` calls these on its socket; there is none.
  setNoDelay(): this {
    return this
  }

  setKeepAlive(): this {
    return this
  }

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }
}
