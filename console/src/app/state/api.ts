import { signal } from '@preact/signals'
import { base } from './router.ts'

/** What the server answered instead of a value. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

/** Whether the server lets this browser in. Every answer tells. */
export const isClosed = signal(false)

/** Reads one of the console's views. Rejects with an `ApiError`. */
export async function read<View>(path: string, signal?: AbortSignal): Promise<View> {
  const response = await ask(path, signal === undefined ? {} : { signal })
  return (await response.json()) as View
}

/** Sends a change. Resolves to what was answered; undefined for an answer without a body. */
export async function send<View>(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: object): Promise<View | undefined> {
  const init: RequestInit = { method }
  if (body !== undefined) Object.assign(init, { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  const response = await ask(path, init)
  return response.status === 204 ? undefined : ((await response.json()) as View)
}

async function ask(path: string, init: RequestInit): Promise<Response> {
  const response = await fetch(`${base}/api${path}`, init).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new ApiError(0, 'unreachable', 'The application does not answer. It may be restarting: this page asks again by itself.')
  })
  if (path !== '/session') isClosed.value = response.status === 401
  if (response.ok) return response
  const problem = (await response.json().catch(() => ({}))) as { code?: string; detail?: string; title?: string }
  throw new ApiError(
    response.status,
    problem.code ?? 'unknown',
    problem.detail ?? problem.title ?? `The server answered ${response.status}.`,
  )
}
