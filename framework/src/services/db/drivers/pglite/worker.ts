import { parentPort, workerData } from 'node:worker_threads'
import { PGlite } from '@electric-sql/pglite'
import { join, readReply, type Reply } from './protocol.ts'

/** What the thread is for: serving a data folder (or memory), or making the snapshot that first boots start from. */
export type WorkerTask =
  | { kind: 'serve'; folder: string }
  | { kind: 'serve-memory'; snapshot: Uint8Array<ArrayBuffer> }
  | { kind: 'snapshot' }

/** A batch of frontend messages to run, or `'close'`. */
export type ToWorker = Uint8Array<ArrayBuffer> | 'close'

export type FromWorker =
  | { kind: 'ready' }
  | { kind: 'failed'; text: string }
  /** `done` is false while more of the same batch's answer follows. */
  | { kind: 'reply'; reply: Reply; done: boolean }
  | { kind: 'snapshot'; tar: Uint8Array<ArrayBuffer> }

// Answers above this size leave in pieces, so that a large result is not held twice in memory.
const pieceBytes = 1024 * 1024

const port = parentPort
if (port === null) throw new Error('This module only runs as a worker thread.')

function post(message: FromWorker, transfer: readonly ArrayBuffer[] = []): void {
  port?.postMessage(message, transfer)
}

function postReply(reply: Reply, done: boolean): void {
  const transfer = [reply.bytes.buffer]
  if (reply.notifications !== undefined) transfer.push(reply.notifications.buffer)
  post({ kind: 'reply', reply, done }, transfer)
}

function serve(engine: PGlite): void {
  let chunks: Uint8Array<ArrayBuffer>[] = []
  let size = 0
  const flush = (done: boolean) => {
    const { reply, rest } = readReply(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : join(chunks))
    chunks = rest === undefined ? [] : [rest]
    size = rest?.length ?? 0
    postReply(reply, done)
    // After a FATAL the engine reads on from a client that it believes gone, for ever: only the end of the thread stops it.
    if (reply.fatal) process.exit(1)
  }
  const onRawData = (bytes: Uint8Array) => {
    chunks.push(new Uint8Array(bytes))
    size += bytes.length
    if (size > pieceBytes || hasFatal(bytes)) flush(false)
  }
  port?.on('message', (message: ToWorker) => {
    if (message === 'close') {
      void engine.close().finally(() => process.exit(0))
      return
    }
    engine.execProtocolRawStream(message, { syncToFs: false, onRawData }).then(
      () => flush(true),
      (error: unknown) => setImmediate(() => raise(error)),
    )
  })
}

function raise(error: unknown): never {
  throw error
}

function hasFatal(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes('SFATAL\0')
}

async function run(task: WorkerTask): Promise<void> {
  if (task.kind === 'snapshot') {
    const engine = await PGlite.create()
    await engine.exec('checkpoint')
    const tar = new Uint8Array(await (await engine.dumpDataDir('none')).arrayBuffer())
    await engine.close()
    post({ kind: 'snapshot', tar }, [tar.buffer])
    return
  }
  const engine = await (task.kind === 'serve'
    ? PGlite.create({ dataDir: task.folder })
    : PGlite.create({ loadDataDir: new Blob([task.snapshot]) }))
  serve(engine)
  post({ kind: 'ready' })
}

run(workerData as WorkerTask).catch((error: unknown) => {
  post({ kind: 'failed', text: error instanceof Error ? error.message : String(error) })
})
