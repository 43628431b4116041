import { spawn } from 'node:child_process'
import { ambient } from '../../std/ambient.ts'
import type { Clock } from '../../std/clock.ts'
import type { Resource } from '../../std/resource.ts'
import { checkCall } from './call.ts'
import { programFailed, programTimeout } from './errors.ts'
import { Running, type Ended } from './running.ts'

export interface ProgramsOptions {
  clock: Clock
  /** The folder that programs run in. Default: that of the process. */
  cwd?: string
  /** Variables that programs get besides `PATH`, `LANG`, `LC_ALL`, `TZ` and the folder for temporary files. Default: none, for ours hold secrets. */
  env?: Readonly<Record<string, string>>
  /** Milliseconds. Default 30,000. A request's own deadline may end it earlier. */
  timeout?: number
  /** Bytes of standard output and error together. Default 1 MiB. */
  maxOutput?: number
}

export interface RunOptions extends Omit<ProgramsOptions, 'clock'> {
  /** What it reads from standard input. Default: nothing. */
  input?: string | Uint8Array
  /** Ends it, beside the request's own signal. */
  signal?: AbortSignal
  /** Exit codes that are no failure. Default `[0]`. */
  expect?: readonly number[]
}

/** How a program ended that did not fail. */
export interface Output {
  readonly code: number
  readonly stdout: Buffer
  readonly stderr: Buffer
}

/**
 * Runs other programs, without a shell: what stands in an argument is an argument, whatever characters are in it, and there is no way to give a
 * line of text to be taken apart. List it in the application's resources.
 *
 * A program is a span of the request that runs it, and ends with it: with its deadline, with a caller who goes away, with the process.
 * It rejects with `program-failed` (500), `program-timeout` (504), or the reason of a fired signal. Paths that strangers name go through
 * `insideOf` first, and other texts of theirs behind `'--'`, or `-o x` is an option.
 *
 * ```ts
 * import { insideOf, programs } from 'throughline/programs'
 * import { systemClock } from 'throughline/std'
 *
 * const tools = programs({ clock: systemClock, timeout: 5_000 })
 *
 * export async function sizeOf(name: string): Promise<string> {
 *   const { stdout } = await tools.run('identify', ['-format', '%wx%h', await insideOf('/srv/pictures', name)])
 *   return stdout.toString()
 * }
 * ```
 */
export function programs(options: ProgramsOptions): Programs {
  return new Programs(options)
}

const inherited = ['PATH', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot'] as const

export class Programs implements Resource {
  readonly name = 'programs'
  readonly #options: ProgramsOptions
  readonly #running = new Set<Running>()

  constructor(options: ProgramsOptions) {
    this.#options = options
  }

  async open(): Promise<void> {
    ambient.want()
  }

  /** Ends what still runs. */
  async close(): Promise<void> {
    await Promise.all(
      [...this.#running].map((one) => {
        one.end(programFailed('The program was ended, because the service that ran it stops.'))
        return one.gone.catch(() => {})
      }),
    )
  }

  async run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Output> {
    checkCall(program, args)
    const request = ambient.get()
    const signal = AbortSignal.any([request?.signal, options.signal].filter((one) => one !== undefined))
    signal.throwIfAborted()
    // Arguments are not shown: they may be secret.
    const span = request?.spans?.begin('custom', `run ${program.split(/[/\\]/).at(-1)}`, request.span)
    let ended: Ended
    try {
      ended = await this.#run(program, args, { ...this.#options, ...options }, signal)
    } catch (error) {
      request?.spans?.fail(span, error)
      throw error
    }
    const { code, stdout, stderr } = ended
    const attributes = { code: code ?? -1, bytes: stdout.length + stderr.length }
    if (code !== null && (options.expect ?? [0]).includes(code)) {
      request?.spans?.end(span, attributes)
      return { code, stdout, stderr }
    }
    const failed = programFailed('A program that this service runs failed.', new Error(`${program} ended with ${code}: ${tailOf(stderr)}`))
    request?.spans?.fail(span, failed, attributes)
    throw failed
  }

  async #run(program: string, args: readonly string[], options: ProgramsOptions & RunOptions, signal: AbortSignal): Promise<Ended> {
    const { clock, cwd, env, timeout = 30_000, maxOutput = 1024 * 1024, input } = options
    const child = spawn(program, args, {
      ...(cwd !== undefined && { cwd }),
      env: { ...inheritedEnv(), ...env },
      // A group of its own, so that what it started ends with it. Windows has no groups, and would open a window.
      detached: process.platform !== 'win32',
      windowsHide: true,
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    })
    const running = new Running(child, { clock, maxOutput })
    this.#running.add(running)
    const disarm = clock.after(timeout, () => running.end(programTimeout(timeout)))
    const abort = () => running.end(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    // One that does not read its input may close it: how it ends says more than that.
    child.stdin?.on('error', () => {}).end(input)
    try {
      return await running.gone
    } finally {
      disarm()
      signal.removeEventListener('abort', abort)
      this.#running.delete(running)
    }
  }
}

function inheritedEnv(): Record<string, string> {
  return Object.fromEntries(inherited.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])))
}

function tailOf(stderr: Buffer): string {
  return stderr.subarray(-2000).toString().trim()
}
