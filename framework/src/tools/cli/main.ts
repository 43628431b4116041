import { readFileSync } from 'node:fs'
import { errorTable } from '../../std/error-table.ts'
import { AppError, BootError } from '../../std/errors.ts'
import { exitCodeOf } from '../../std/exit-code.ts'
import { maskUrls } from '../../std/mask-urls.ts'
import { suggestion } from '../../system/config/suggest.ts'
import { commonFlags, parseArguments } from './arguments.ts'
import type { Command } from './command.ts'
import { alerts } from './commands/alerts.ts'
import { config } from './commands/config.ts'
import { consoleCommand } from './commands/console.ts'
import { contract } from './commands/contract.ts'
import { cors } from './commands/cors.ts'
import { dev } from './commands/dev.ts'
import { doctor } from './commands/doctor.ts'
import { events } from './commands/events.ts'
import { explain } from './commands/explain.ts'
import { kubernetes } from './commands/kubernetes.ts'
import { migrate } from './commands/migrate.ts'
import { openapi } from './commands/openapi.ts'
import { pipeline } from './commands/pipeline.ts'
import { profile } from './commands/profile.ts'
import { routes } from './commands/routes.ts'
import { shutdown } from './commands/shutdown.ts'
import { trace } from './commands/trace.ts'
import { why } from './commands/why.ts'
import { findApplicationFile, loadApplication } from './find-application.ts'
import { paintFor, type Paint } from './terminal.ts'

const commands: Readonly<Record<string, Command>> = {
  routes,
  pipeline,
  openapi,
  contract,
  migrate,
  config,
  cors,
  alerts,
  doctor,
  dev,
  shutdown,
  kubernetes,
  trace,
  explain,
  why,
  profile,
  events,
  console: consoleCommand,
}

/** What of a process the CLI needs. */
export interface Terminal {
  readonly stdout: {
    write(text: string): unknown
    isTTY?: boolean
    columns?: number
    on(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown
  }
  readonly stderr: { write(text: string): unknown; isTTY?: boolean }
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: () => string
}

/** Runs one command line and resolves to the exit code: 0, 1 when what was looked at is not well, else as the error table says. */
export async function main(argv: readonly string[], terminal: Terminal): Promise<number> {
  // `throughline openapi | head` closes the pipe early, which is no error.
  terminal.stdout.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error
  })
  try {
    return await run(argv, terminal)
  } catch (error) {
    const paint = paintFor(terminal.stderr, terminal.env)
    const { code, message, fix } = toReport(error)
    const isJson = argv.includes('--json')
    terminal.stderr.write(isJson ? `${JSON.stringify({ error: { code, message, fix } })}\n` : `${paint('red', message)}\n${fix}\n`)
    return exitCodeOf(error)
  }
}

/** The same rule as for a request: what was expected is told in its own words, what was not is a bug. Here the one who asks may see its stack. */
function toReport(error: unknown): { code: string; message: string; fix: string } {
  if (error instanceof BootError) return error
  if (error instanceof AppError) {
    const known = Object.hasOwn(errorTable, error.code) ? errorTable[error.code as keyof typeof errorTable] : undefined
    return { code: error.code, message: error.message, fix: known?.fix ?? error.title }
  }
  const message = maskUrls(error instanceof Error ? (error.stack ?? error.message) : String(error))
  return {
    code: 'internal-error',
    message,
    fix: 'This is a bug of throughline or of the application: the first line of the stack that you know is the place to look.',
  }
}

async function run(argv: readonly string[], { stdout, env, cwd }: Terminal): Promise<number> {
  const name = argv.find((word, index) => !word.startsWith('-') && argv[index - 1] !== '--app')
  const command = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined
  if (name !== undefined && command === undefined)
    throw new BootError('usage-wrong', `There is no command ${name}.${suggestion(name, Object.keys(commands))}`)
  const { words, flags, lists, rest } = parseArguments(argv, { ...commonFlags, ...command?.flags })
  const paint = paintFor(stdout, env)
  if (flags.has('version')) stdout.write(`${version()}\n`)
  else if (command === undefined || flags.has('help')) stdout.write(`${command === undefined ? help(paint) : helpOf(command)}\n`)
  if (command === undefined || flags.has('help') || flags.has('version')) return 0

  const here = cwd()
  const file = flags.get('app')
  const applicationFile = () => findApplicationFile(here, typeof file === 'string' ? file : undefined)
  const application = once(() => loadApplication(applicationFile()))
  const sources = { env, argv: rest, cwd: here }
  const answer = await command.run({ words: words.slice(1), flags, lists, application, applicationFile, sources })
  const columns = stdout.isTTY === true ? stdout.columns : undefined
  const text = flags.has('json') ? JSON.stringify(answer.json, null, 2) : answer.text(paint, columns)
  stdout.write(`${text}\n`)
  return answer.exitCode ?? 0
}

function help(paint: Paint): string {
  const all = Object.values(commands)
  const width = Math.max(...all.map(({ usage }) => usage.length))
  return [
    `${paint('bold', 'throughline')} COMMAND [--json] [--app FILE] [-- FLAGS OF THE APPLICATION]`,
    '',
    ...all.map(({ usage, summary }) => `  ${paint('bold', usage.padEnd(width))}  ${summary}`),
    '',
    'The application is the file that "throughline" names in the nearest package.json, or in one of its workspaces.',
  ].join('\n')
}

function helpOf({ usage, summary, flags = {} }: Command): string {
  const own = Object.entries(flags).map(
    ([name, value]) => ` [--${name}${value === true ? '' : ` ${String(value)}`}]${Array.isArray(value) ? '…' : ''}`,
  )
  return `throughline ${usage}${own.join('')} [--json] [--app FILE]\n\n${summary}.`
}

function version(): string {
  const manifest = new URL('../../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined
  return () => (made ??= make())
}
