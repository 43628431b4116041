import { useEffect, useState } from 'preact/hooks'
import { ApiError, read } from './api.ts'

export interface Resource<View> {
  /** The newest answer; the one before stays while another is on its way. */
  readonly view: View | undefined
  readonly error: ApiError | undefined
  readonly reload: () => void
}

interface Held<View> {
  readonly path?: string
  readonly view?: View | undefined
  readonly error?: ApiError
}

const reconnectMs = 3000

/** Reads a view, and again every `everyMs` while somebody looks at the page. `path` undefined: not yet. */
export function useResource<View>(path: string | undefined, everyMs?: number): Resource<View> {
  const [held, hold] = useState<Held<View>>({})
  const [turn, setTurn] = useState(0)
  useEffect(() => {
    if (path === undefined) return undefined
    const gone = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const load = async () => {
      let wait = everyMs
      try {
        hold({ path, view: await read<View>(path, gone.signal) })
      } catch (error) {
        if (!(error instanceof ApiError)) return
        hold((before) => ({ path, view: isSameView(before.path, path) ? before.view : undefined, error }))
        // A process that is restarted comes back.
        if (error.status === 0) wait ??= reconnectMs
      }
      if (wait !== undefined && !gone.signal.aborted) loadIn(wait)
    }
    const loadIn = (ms: number) => {
      timer = setTimeout(() => (document.hidden ? loadIn(ms) : void load()), ms)
    }
    void load()
    return () => {
      gone.abort()
      clearTimeout(timer)
    }
  }, [path, turn, everyMs])
  const { view, error } = isSameView(held.path, path) ? held : {}
  return { view, error, reload: () => setTurn(turn + 1) }
}

/** With another filter, what is shown may stay until the answer is there. */
function isSameView(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && one.split('?')[0] === other?.split('?')[0]
}
