import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { TestContext } from 'node:test'

const main = fileURLToPath(new URL('instance-main.ts', import.meta.url))

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** Milliseconds from the first signal sent by `kill()`. */
  readonly ms: number
}

/** One process of `instance-main.ts`. */
export class Instance {
  readonly child: ChildProcess
  readonly exited: Promise<Exit>
  /** The log, whole when the process is gone. */
  readonly log: Promise<string>
  readonly errors: Promise<string>
  port = 0
  #asked = 0

  constructor(settings: Readonly<Record<string, string>>, cwd: string = process.cwd()) {
    // Without shedding: on a machine that is busy with other tests, that is a 503 of another kind.
    const env = { PATH: process.env['PATH'], HOST: '127.0.0.1', PORT: '0', LOAD_SHEDDING: 'false', ...settings }
    this.child = fork(main, { cwd, silent: true, execArgv: ['-C', '@throughline/source'], env })
    this.log = text(this.child.stdout!)
    this.errors = text(this.child.stderr!)
    this.exited = once(this.child, 'exit').then(([code, signal]) => ({ code, signal, ms: performance.now() - this.#asked }))
  }

  /** Resolves when it serves; rejects when it ended instead. */
  async ready(): Promise<this> {
    const lines = createInterface({ input: this.child.stdout! })
    for await (const line of lines) {
      const [, port] = /^ready http:\/\/127\.0\.0\.1:(\d+)$/.exec(line) ?? []
      if (port === undefined) continue
      this.port = Number(port)
      break
    }
    lines.close()
    this.child.stdout!.resume()
    if (this.port === 0) throw new Error(`The instance ended before it was ready: ${await this.errors}`)
    return this
  }

  /** Resolves when the handler of `what` says that it runs. */
  async running(what: string): Promise<void> {
    for (;;) {
      const [message] = (await once(this.child, 'message')) as [unknown]
      if (message === what) return
    }
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  kill(signal: NodeJS.Signals): void {
    this.#asked ||= performance.now()
    this.child.kill(signal)
  }
}

/** A process that serves, and is gone when the test is over. */
export async function startInstance(t: TestContext, settings: Readonly<Record<string, string>> = {}, cwd?: string): Promise<Instance> {
  const instance = new Instance(settings, cwd)
  t.after(() => instance.child.kill('SIGKILL'))
  return instance.ready()
}
