import { connect, type Socket } from 'node:net'

/** What became of one request. */
export type Outcome = 'answered' | 'reset' | 'refused' | 'failed'

export interface Answer {
  readonly outcome: Outcome
  readonly status: number
  readonly pid: number
}

/**
 * A caller with one HTTP/1.1 connection that is kept for as long as the server lets it, on a bare socket, so that nothing is repeated
 * behind the test's back. `reset` is a connection that ended with a request on it, in whatever way.
 */
export class KeepAliveClient {
  readonly #port: () => number
  #socket: Socket | undefined
  #settle: ((answer: Answer) => void) | undefined
  #received = ''
  connections = 0

  constructor(port: () => number) {
    this.#port = port
  }

  async post(n: number): Promise<Answer> {
    if (this.#socket === undefined && !(await this.#open())) return { outcome: 'refused', status: 0, pid: 0 }
    const body = `{"n":${n}}`
    return new Promise((resolve) => {
      this.#settle = resolve
      this.#socket!.write(
        `POST /work HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      )
    })
  }

  close(): void {
    this.#socket?.destroy()
  }

  /** False when nobody listens. A connection that is reset before it carried anything counts as one that ended under a request. */
  #open(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(this.#port(), '127.0.0.1', () => {
        this.connections++
        this.#socket = socket
        resolve(true)
      })
      socket.setNoDelay(true).setEncoding('latin1')
      socket.on('data', (chunk: string) => this.#receive(chunk))
      socket.on('error', () => resolve(false))
      socket.on('close', () => this.#lost(socket))
    })
  }

  #receive(chunk: string): void {
    this.#received += chunk
    const end = this.#received.indexOf('\r\n\r\n')
    if (end < 0) return
    const head = this.#received.slice(0, end)
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1])
    if (this.#received.length < end + 4 + length) return
    const body = this.#received.slice(end + 4)
    this.#received = ''
    if (/\r\nconnection: close/i.test(head)) {
      this.#socket?.destroy()
      this.#socket = undefined
    }
    const status = Number(head.slice(9, 12))
    this.#answer({ outcome: status === 200 ? 'answered' : 'failed', status, pid: Number(/"pid":(\d+)/.exec(body)?.[1]) })
  }

  #lost(socket: Socket): void {
    if (this.#socket !== socket) return
    this.#socket = undefined
    this.#received = ''
    this.#answer({ outcome: 'reset', status: 0, pid: 0 })
  }

  #answer(answer: Answer): void {
    const settle = this.#settle
    this.#settle = undefined
    settle?.(answer)
  }
}

/** Counts of what many answers were. */
export class Tally {
  readonly counts: Record<Outcome, number> = { answered: 0, reset: 0, refused: 0, failed: 0 }
  readonly pids = new Map<number, number>()

  add({ outcome, pid }: Answer): void {
    this.counts[outcome]++
    if (outcome === 'answered') this.pids.set(pid, (this.pids.get(pid) ?? 0) + 1)
  }
}
