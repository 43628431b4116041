import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../', import.meta.url))

/** Keeps the server on one core and the load on the other, where the machine can. */
export function pinned(core: number, command: string, args: readonly string[]): [string, string[]] {
  const able = spawnSync('taskset', ['-c', String(core), 'true']).status === 0
  return able ? ['taskset', ['-c', String(core), command, ...args]] : [command, [...args]]
}

export interface Server {
  readonly url: string
  readonly pid: number
  /** Milliseconds from the start of the process to its `ready` line. */
  readonly readyAfter: number
  /** Resident memory in MB. */
  rss(): number
  /** Microseconds of processor time that all its threads have had. Other programs on the machine hardly change it. */
  cpu(): number
  stop(): Promise<void>
}

/** Starts a program that prints `ready URL`, pinned to core 0. */
export async function startServer(args: readonly string[], env: Record<string, string> = {}, command = process.execPath): Promise<Server> {
  const began = performance.now()
  const [program, programArgs] = pinned(0, command, args)
  const child = spawn(program, programArgs, { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] })
  const url = await readyLine(child)
  const readyAfter = performance.now() - began
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return {
    url,
    pid: child.pid!,
    readyAfter,
    rss: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024,
    cpu: () => cpuOf(child.pid!),
    async stop() {
      child.kill('SIGTERM')
      await exited
    },
  }
}

function cpuOf(pid: number): number {
  const nanoseconds = readdirSync(`/proc/${pid}/task`).map((thread) =>
    Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
  )
  return nanoseconds.reduce((sum, one) => sum + one, 0) / 1000
}

function readyLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    child.stdout!.on('data', (chunk: Buffer) => {
      if (text === 'found') return
      text += chunk.toString()
      const url = /^ready (\S+)/m.exec(text)?.[1]
      if (url === undefined) return
      text = 'found'
      resolve(url)
    })
    child.once('exit', (code) => reject(new Error(`the server ended with ${code} before it was ready:\n${text}`)))
  })
}
