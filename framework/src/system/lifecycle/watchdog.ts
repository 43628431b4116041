import { Worker } from 'node:worker_threads'

// A thread of its own, because the timers of this one do not fire while it computes. SIGKILL, because nothing less ends a thread that computes.
const code = `
const { workerData: { cell, ms, pid } } = require('node:worker_threads')
if (Atomics.wait(new Int32Array(cell), 0, 0, ms) === 'timed-out') {
  require('node:fs').writeSync(2, 'The process did not stop in time: its event loop is blocked. It is killed.\\n')
  process.kill(pid, 'SIGKILL')
}
`

/** Kills this process after `ms` milliseconds, however busy it is. The returned function calls that off. */
export function startWatchdog(ms: number): () => void {
  const cell = new SharedArrayBuffer(4)
  const worker = new Worker(code, { eval: true, workerData: { cell, ms, pid: process.pid }, env: {}, execArgv: [] })
  worker.unref()
  // A machine that has no memory left for a thread: the other deadlines still hold.
  worker.on('error', () => {})
  return () => {
    Atomics.store(new Int32Array(cell), 0, 1)
    Atomics.notify(new Int32Array(cell), 0)
  }
}
