import { spawn, spawnSync } from 'node:child_process'
import { pinned, type Server } from './process.ts'
import { ratios, show, spread } from './rounds.ts'

export interface Load {
  url: string
  seconds: number
  connections?: number
  /** A wrk script. */
  script?: string
}

export interface Loaded {
  readonly perSecond: number
  /** How many there were. */
  readonly requests: number
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
  const requests = Number(/(\d+) requests in/.exec(output)?.[1])
  return { perSecond, requests, p50: percentile(output, 50), p99: percentile(output, 99) }
}

export interface Cost {
  readonly perSecond: number
  /** Microseconds of the server's processor time for a request. */
  readonly cpu: number
}

/** The same, and what a request costs the server: the figure that holds on a machine with other things to do. */
export async function cost(server: Server, options: Load): Promise<Cost> {
  const before = server.cpu()
  const { perSecond, requests } = await load(options)
  return { perSecond, cpu: (server.cpu() - before) / requests }
}

/**
 * Requests a second, and the server's own time for one, each with its ratio to another's. Of the time the lowest of all rounds counts:
 * what else the machine has to do can only add to it.
 */
export function toCells(of: readonly Cost[], to: readonly Cost[]): string[] {
  const [rate, otherRate] = [of, to].map((costs) => costs.map(({ perSecond }) => perSecond)) as [number[], number[]]
  const [cpu, otherCpu] = [of, to].map((costs) => spread(costs.map((one) => one.cpu)).min) as [number, number]
  return [spread(rate).median.toFixed(0), show(ratios(rate, otherRate)), cpu.toFixed(1), (cpu / otherCpu).toFixed(2)]
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
