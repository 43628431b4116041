import type { ChildProcess } from 'node:child_process'
import type { Readable } from 'node:stream'
import type { Clock } from '../../std/clock.ts'
import { programFailed } from './errors.ts'

export interface Ended {
  /** null: a signal ended it that nobody here sent. */
  readonly code: number | null
  readonly stdout: Buffer
  readonly stderr: Buffer
}

const graceMs = 2_000

/** A program while it runs. */
export class Running {
  /** Settles when it is gone. */
  readonly gone: Promise<Ended>
  readonly #child: ChildProcess
  readonly #clock: Clock
  #left: number
  #reason: { readonly error: unknown } | undefined
  #kill: (() => void) | undefined
  readonly #settle: PromiseWithResolvers<Ended>

  constructor(child: ChildProcess, { clock, maxOutput }: { clock: Clock; maxOutput: number }) {
    this.#child = child
    this.#clock = clock
    this.#left = maxOutput
    this.#settle = Promise.withResolvers()
    this.gone = this.#settle.promise
    const stdout = this.#collect(child.stdout, maxOutput)
    const stderr = this.#collect(child.stderr, maxOutput)
    child.once('error', (error) => this.#fail(programFailed('A program that this service runs could not be started.', error)))
    child.once('exit', () => this.#reason !== undefined && this.#fail(this.#reason.error))
    child.once('close', (code) => {
      if (this.#reason === undefined) this.#done({ code, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr) })
    })
  }

  /** Asks it to end, and kills it when it does not listen. What waits for it gets `error` once it is gone. */
  end(error: unknown): void {
    if (this.#reason !== undefined) return
    this.#reason = { error }
    this.#signal('SIGTERM')
    // Gone already, and only what it left behind holds its output open.
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) this.#fail(error)
    else this.#kill = this.#clock.after(graceMs, () => this.#signal('SIGKILL'))
  }

  #collect(stream: Readable | null, maxOutput: number): Buffer[] {
    const chunks: Buffer[] = []
    // There is none where there were too many files open to start it.
    stream?.on('data', (chunk: Buffer) => {
      this.#left -= chunk.length
      if (this.#left >= 0) chunks.push(chunk)
      else this.end(programFailed('A program that this service runs wrote more than it may.', new Error(`More than ${maxOutput} bytes.`)))
    })
    return chunks
  }

  #signal(signal: NodeJS.Signals): void {
    const { pid } = this.#child
    if (pid === undefined) return
    try {
      if (process.platform === 'win32') this.#child.kill(signal)
      else process.kill(-pid, signal)
    } catch (error) {
      // ESRCH: there is nobody left of the group.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
    }
  }

  #fail(error: unknown): void {
    // What it started may have a group of its own and hold the pipes open: nobody waits for that.
    this.#signal('SIGKILL')
    this.#child.stdout?.destroy()
    this.#child.stderr?.destroy()
    this.#child.stdin?.destroy()
    this.#kill?.()
    this.#settle.reject(error)
  }

  #done(ended: Ended): void {
    this.#kill?.()
    this.#settle.resolve(ended)
  }
}
