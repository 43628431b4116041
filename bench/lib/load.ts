import { spawn, spawnSync } from 'node:child_process'
import { pinned } from './process.ts'

export interface Load {
  url: string
  seconds: number
  connections?: number
  /** A wrk script. */
  script?: string
}

export interface Loaded {
  readonly perSecond: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
}

/** Loads a server with wrk from core 1. Throws when anything but 2xx came back: a fast refusal is not a result. */
export async function load({ url, seconds, connections = 64, script }: Load): Promise<Loaded> {
  const [program, args] = pinned(1, 'wrk', [
    '-t1',
    `-c${connections}`,
    `-d${seconds}s`,
    '--latency',
    ...(script === undefined ? [] : ['-s', script]),
    url,
  ])
  const output = await run(program, args)
  const refused = /Non-2xx or 3xx responses: (\d+)/.exec(output)?.[1]
  if (refused !== undefined) throw new Error(`${refused} answers of ${url} were not 2xx`)
  const perSecond = Number(/Requests\/sec:\s+([\d.]+)/.exec(output)?.[1] ?? NaN)
  if (Number.isNaN(perSecond)) throw new Error(`wrk said:\n${output}`)
  return { perSecond, p50: percentile(output, 50), p99: percentile(output, 99) }
}

export function requireWrk(): void {
  if (spawnSync('wrk', ['--version']).error !== undefined) throw new Error('This benchmark needs wrk (apt-get install wrk).')
}

function percentile(output: string, which: number): number {
  const found = new RegExp(`${which}%\\s+([\\d.]+)(us|ms|s)`).exec(output)
  return Number(found?.[1]) * ({ us: 0.001, ms: 1, s: 1000 } as Record<string, number>)[found?.[2] ?? 'ms']!
}

function run(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.once('error', reject)
    child.once('exit', () => resolve(output))
  })
}
