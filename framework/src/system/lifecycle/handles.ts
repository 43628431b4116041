import { createHook, executionAsyncId } from 'node:async_hooks'
import { fileURLToPath } from 'node:url'

/** Something of the event loop that keeps the process alive. */
export interface OpenHandle {
  /** `socket`, `timer`, `file watcher` and so on. A file that is merely open keeps nothing alive. */
  readonly kind: string
  readonly count: number
  /** Of a socket: where it leads. */
  readonly peer?: string
  /** Where it was made, innermost call first. Known only where handles are traced. */
  readonly madeAt?: readonly string[]
}

export interface HandleTrace {
  open(): OpenHandle[]
  stop(): void
}

interface Made {
  readonly kind: string
  readonly stack: readonly string[]
  readonly resource: WeakRef<object>
}

// By the names of async_hooks, and by those of process.getActiveResourcesInfo(), which differ for the same thing.
const kinds: Readonly<Record<string, string>> = {
  TCPWRAP: 'socket',
  TCPSocketWrap: 'socket',
  TCPSERVERWRAP: 'listening socket',
  TCPServerWrap: 'listening socket',
  UDPWRAP: 'UDP socket',
  UDPWrap: 'UDP socket',
  PIPEWRAP: 'pipe',
  PipeWrap: 'pipe',
  PIPESERVERWRAP: 'listening pipe',
  PipeServerWrap: 'listening pipe',
  TTYWRAP: 'terminal',
  TTYWrap: 'terminal',
  Timeout: 'timer',
  FSREQCALLBACK: 'file operation',
  FSReqCallback: 'file operation',
  FSREQPROMISE: 'file operation',
  FSReqPromise: 'file operation',
  FSEVENTWRAP: 'file watcher',
  FSEventWrap: 'file watcher',
  STATWATCHER: 'file watcher',
  StatWatcher: 'file watcher',
  GETADDRINFOREQWRAP: 'DNS query',
  GetAddrInfoReqWrap: 'DNS query',
  PROCESSWRAP: 'child process',
  ProcessWrap: 'child process',
  WORKER: 'worker thread',
  Worker: 'worker thread',
  MESSAGEPORT: 'message port',
  MessagePort: 'message port',
}
const own = fileURLToPath(import.meta.url)
const deepest = 6

/** What keeps the process alive now, by kind. Costs nothing until it is called, and so does not know where anything was made. */
export function openHandles(): OpenHandle[] {
  return counted(process.getActiveResourcesInfo().map((name) => ({ kind: kinds[name] ?? name })))
}

/** Remembers from now on where sockets, timers and files are made. Every one of them costs a stack trace: not for production. */
export function traceHandles(): HandleTrace {
  const made = new Map<number, Made>()
  const hook = createHook({
    init(id, type, _trigger, resource) {
      const kind = kinds[type]
      if (kind === undefined) return
      const stack = stackOf()
      // What is made when a look-up ends was asked for where the look-up was.
      if (stack.length === 0) stack.push(...(made.get(executionAsyncId())?.stack ?? []))
      made.set(id, { kind, stack, resource: new WeakRef(resource) })
    },
    destroy: (id) => void made.delete(id),
  }).enable()
  return {
    open: () => counted([...made.values()].flatMap(toOpen)),
    stop: () => void hook.disable(),
  }
}

function toOpen({ kind, stack, resource }: Made): Omit<OpenHandle, 'count'>[] {
  const handle = resource.deref() as Handle | undefined
  // Collected, or told not to keep the process alive.
  if (handle === undefined || handle.hasRef?.() === false) return []
  const peer = peerOf(handle)
  return [{ kind, ...(peer !== undefined && { peer }), ...(stack.length > 0 && { madeAt: stack }) }]
}

interface Handle {
  hasRef?(): boolean
  getpeername?(into: { address?: string; port?: number }): number
}

function peerOf(handle: Handle): string | undefined {
  const into: { address?: string; port?: number } = {}
  return handle.getpeername?.(into) === 0 && into.address !== undefined ? `${into.address}:${into.port}` : undefined
}

function stackOf(): string[] {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 24
  const { stack = '' } = new Error()
  Error.stackTraceLimit = stackTraceLimit
  return stack
    .split('\n')
    .slice(1)
    .map((line) => line.trim().replace(/^at /, ''))
    .filter((line) => !line.includes('node:') && !line.includes(own))
    .slice(0, deepest)
}

function counted(handles: readonly Omit<OpenHandle, 'count'>[]): OpenHandle[] {
  const groups = new Map<string, OpenHandle>()
  for (const handle of handles) {
    const key = JSON.stringify(handle)
    groups.set(key, { ...handle, count: (groups.get(key)?.count ?? 0) + 1 })
  }
  return [...groups.values()]
}
