import { code, errorResponse, join, maxMessageBytes, query, sync, wholeMessages } from './protocol.ts'

/** The other end of a session: a `pg` client in this process, or a socket. */
export interface Client {
  /** It is another process, which must not hold the engine and do nothing. */
  readonly isRemote?: boolean
  send(bytes: Uint8Array): void
  /** May be called more than once. */
  close(): void
  /** What its CancelRequest asks for. */
  cancel?(processId: number, secretKey: number): void
}

interface SessionNeeds {
  client: Client
  key: { processId: number; secretKey: number }
  /** Called when there may be something to `take()`, at most once a tick. */
  wake: () => void
  /** Whether nobody else shares the backend, so that its state may be reset. */
  isAlone: () => boolean
}

/** One conversation with the backend: gathers what the client sends in a tick into one batch of whole messages. */
export class Session {
  readonly key: { processId: number; secretKey: number }
  /** It has run LISTEN, so notifications are sent to it. */
  listens = false
  /** Its startup message is with the engine; the answer carries the key. */
  startingUp = false
  ended = false
  readonly #needs: SessionNeeds
  #started = false
  #startup: Uint8Array<ArrayBuffer> | undefined
  #batches: Uint8Array[] = []
  #received: Uint8Array[] = []
  #scheduled = false

  constructor(needs: SessionNeeds) {
    this.#needs = needs
    this.key = needs.key
  }

  receive(bytes: Uint8Array): void {
    this.#received.push(bytes)
    if (this.#scheduled || this.ended) return
    this.#scheduled = true
    process.nextTick(() => this.#gather())
  }

  hasWork(): boolean {
    return this.#startup !== undefined || this.#batches.length > 0
  }

  /** Everything that is waiting, as one batch in a buffer of its own that may be transferred. */
  take(): Uint8Array<ArrayBuffer> | undefined {
    if (this.#startup !== undefined) {
      const startup = this.#startup
      this.#startup = undefined
      this.startingUp = true
      return startup
    }
    if (this.#batches.length === 0) return undefined
    const batch = join(this.#batches)
    this.#batches = []
    return batch
  }

  send(bytes: Uint8Array): void {
    if (!this.ended) this.#needs.client.send(bytes)
  }

  /** The client is gone: what it left open is undone, and the backend is as new when nobody else uses it. */
  end(): void {
    if (this.#received.length > 0) this.#gather()
    if (this.ended) return
    this.ended = true
    this.#received = []
    if (this.#started) this.#batches.push(sync, query('ROLLBACK'))
    if (this.#started && this.#needs.isAlone()) this.#batches.push(query('DISCARD ALL'))
    this.#needs.wake()
  }

  /** For the engine's own statements: no startup, no answer, over when they have run. */
  runOnce(sql: string): void {
    this.#batches.push(query(sql))
    this.ended = true
    this.#needs.wake()
  }

  get isRemote(): boolean {
    return this.#needs.client.isRemote === true
  }

  close(): void {
    this.#needs.client.close()
  }

  /** Ends the session from this side, with its reason. */
  expel(sqlState: string, text: string): void {
    this.send(errorResponse(sqlState, text))
    this.end()
    this.close()
  }

  /** The backend is gone, and with it everything that `end()` would undo. */
  abandon(sqlState: string, text: string): void {
    this.send(errorResponse(sqlState, text))
    this.ended = true
    this.#batches = []
    this.#startup = undefined
    this.close()
  }

  #gather(): void {
    this.#scheduled = false
    if (this.ended) return
    let bytes = join(this.#received)
    this.#received = []
    try {
      if (!this.#started) bytes = this.#start(bytes)
      if (this.#started && bytes.length > 0) bytes = this.#split(bytes)
    } catch (error) {
      this.expel('08P01', `invalid message: ${error instanceof Error ? error.message : String(error)}`)
      return
    }
    if (this.ended) return
    if (bytes.length > 0) this.#received.push(bytes)
    if (this.hasWork()) this.#needs.wake()
  }

  #split(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const { end, terminated } = wholeMessages(bytes)
    if (end > 0) this.#batches.push(bytes.subarray(0, end))
    if (terminated) this.end()
    return bytes.subarray(end)
  }

  /** The messages before the first one with a letter: encryption that we do not offer, a cancel request, or the startup. */
  #start(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    if (bytes.length < 8) return bytes
    const size = view.getInt32(0)
    if (size < 8 || size > maxMessageBytes) throw new RangeError(`a startup message of ${size} bytes`)
    if (bytes.length < size) return bytes
    const kind = view.getInt32(4)
    if (kind === code.sslRequest || kind === code.gssRequest) {
      this.send(Buffer.from('N'))
      return this.#start(bytes.subarray(size))
    }
    if (kind === code.cancelRequest && size === 16) {
      this.#needs.client.cancel?.(view.getInt32(8), view.getInt32(12))
      this.end()
      this.close()
      return bytes.subarray(size)
    }
    this.#startup = bytes.slice(0, size)
    this.#started = true
    return bytes.subarray(size)
  }
}
