import { readFileSync } from 'node:fs'

const shells: ReadonlySet<string> = new Set(['sh', 'bash', 'dash', 'ash', 'zsh', 'busybox'])
// How a package manager calls itself, as a title or as the script that Node runs.
const manager = /(?:^|[\s/])(?:npm|npx|pnpm|yarn|corepack)(?:-cli)?(?:\.c?js)?(?:\s|$)/

/** Reads `/proc/PID/NAME`; undefined where there is none. */
type ReadProc = (pid: number, name: 'comm' | 'cmdline' | 'stat') => string | undefined

/**
 * Why the SIGTERM that ends a container would not reach this process, or undefined.
 *
 * It is sent to process 1 alone. A shell there waits for its child and passes nothing on; a package manager passes it on to the
 * shell that it runs scripts with. Only a chain of these up to process 1 is judged: elsewhere, who is sent a signal cannot be known.
 */
export function signalProblem(parent: number = process.ppid, read: ReadProc = readProc): string | undefined {
  const between: string[] = []
  for (let pid = parent; pid > 0; pid = parentOf(pid, read)) {
    const wrapper = wrapperOf(pid, read)
    if (wrapper === undefined || between.length > 16) return undefined
    between.push(wrapper)
    if (pid === 1) break
  }
  const shell = between.find((name) => shells.has(name))
  if (shell === undefined) return undefined
  return `Process 1 of this container is ${between.at(-1)}, and ${shell} does not pass signals on: start Node.js itself, with CMD ["node", "…"] or \`exec node …\`.`
}

function wrapperOf(pid: number, read: ReadProc): string | undefined {
  const comm = read(pid, 'comm')?.trim() ?? ''
  if (shells.has(comm)) return comm
  const command = read(pid, 'cmdline')?.replaceAll('\0', ' ') ?? ''
  return manager.exec(command)?.[0].trim().replace(/^\//, '')
}

function parentOf(pid: number, read: ReadProc): number {
  // The name, in parentheses, may hold anything, parentheses too.
  const stat = read(pid, 'stat') ?? ''
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0)
}

function readProc(pid: number, name: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch {
    return undefined
  }
}
