import { Worker } from 'node:worker_threads'
import type { Reply } from './protocol.ts'
import type { FromWorker, WorkerTask } from './worker.ts'

interface ThreadEvents {
  onReply(reply: Reply, done: boolean): void
  /** It ended by itself after it was ready. */
  onCrash(reason: Error): void
}

/** A worker thread with one PGlite in it. */
export class EngineThread {
  readonly #worker: Worker
  readonly #ready: Promise<void>
  #expectedToEnd = false

  constructor(task: WorkerTask, events: ThreadEvents) {
    this.#worker = startWorker(task)
    let isReady = false
    let reason: Error | undefined
    this.#ready = new Promise((resolve, reject) => {
      this.#worker.on('message', (message: FromWorker) => {
        if (message.kind === 'reply') events.onReply(message.reply, message.done)
        else if (message.kind === 'failed') reject(new Error(message.text))
        else {
          isReady = true
          resolve()
        }
      })
      this.#worker.on('error', (error: unknown) => {
        reason = error instanceof Error ? error : new Error(String(error))
      })
      this.#worker.on('exit', (exitCode) => {
        reason ??= new Error(`The thread of the database engine ended with code ${exitCode}.`)
        if (!isReady) reject(reason)
        else if (!this.#expectedToEnd) events.onCrash(reason)
      })
    })
  }

  /** Resolves once the log has been replayed and statements can run; rejects when the engine cannot start. */
  async ready(): Promise<void> {
    try {
      await this.#ready
    } catch (error) {
      await this.kill()
      throw error
    }
  }

  send(batch: Uint8Array<ArrayBuffer>): void {
    this.#worker.postMessage(batch, [batch.buffer])
  }

  async kill(): Promise<void> {
    this.#expectedToEnd = true
    await this.#worker.terminate()
  }

  async close(): Promise<void> {
    this.#expectedToEnd = true
    const ended = new Promise((resolve) => this.#worker.once('exit', resolve))
    this.#worker.postMessage('close')
    await ended
  }
}

/** The tar of a database that has just been made. */
export async function makeSnapshot(): Promise<Uint8Array<ArrayBuffer>> {
  const worker = startWorker({ kind: 'snapshot' })
  try {
    return await new Promise((resolve, reject) => {
      worker.on('message', (message: FromWorker) => {
        if (message.kind === 'snapshot') resolve(message.tar)
        else if (message.kind === 'failed') reject(new Error(message.text))
      })
      worker.on('error', reject)
    })
  } finally {
    await worker.terminate()
  }
}

function startWorker(task: WorkerTask): Worker {
  // Unbuilt this file is thread.ts and its neighbour worker.ts; built, both are .js. tsc does not rewrite URLs.
  const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'))
  const transfer = task.kind === 'serve-memory' ? [task.snapshot.buffer] : []
  return new Worker(new URL(`./worker${extension}`, import.meta.url), { workerData: task, transferList: transfer })
}
