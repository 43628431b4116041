import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

/** The application as `npm start` runs it, in a process that can be killed. */
export class Victim {
  readonly #process: ChildProcess
  readonly #gone: Promise<unknown>
  url = ''

  constructor(dataDir: string) {
    const env = { ...process.env, DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'silent', NODE_ENV: 'test', LOAD_SHEDDING: 'false' }
    this.#process = spawn(process.execPath, ['-C', '@throughline/source', main], { env, stdio: ['ignore', 'pipe', 'inherit'] })
    this.#gone = once(this.#process, 'exit')
  }

  async ready(): Promise<this> {
    for await (const line of createInterface({ input: this.#process.stdout! })) {
      if (!line.startsWith('ready ')) continue
      this.url = line.slice('ready '.length)
      return this
    }
    throw new Error('The application ended before it was ready.')
  }

  async kill(): Promise<void> {
    this.#process.kill('SIGKILL')
    await this.#gone
  }
}
