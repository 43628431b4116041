import { errorTable } from '../../std/error-table.ts'
import { AppError } from '../../std/errors.ts'
import type { Dependency } from '../../system/resilience/index.ts'
import { hostMatches } from './allow-list.ts'
import { isStream } from './redirect.ts'

/** A dependency by the hosts it is behind. Its fallback, if it has one, is an answer. */
export type Dependencies = Readonly<Record<string, Dependency | Dependency<Response>>>

/** The first whose pattern fits. */
export function dependencyOf(url: URL, dependencies: Dependencies): Dependency | Dependency<Response> | undefined {
  return Object.entries(dependencies).find(([pattern]) => hostMatches(pattern, url.hostname) || hostMatches(pattern, url.host))?.[1]
}

/** An answer that says that its server is not well. Thrown, so that it counts and is repeated; given to the caller if nothing better comes. */
class Unwell extends AppError {
  readonly response: Response

  constructor(response: Response) {
    const after = response.headers.get('retry-after')
    const { status } = response
    const { title } = errorTable['upstream-failed']
    super({ code: 'upstream-failed', status, title, ...(after !== null && isWait(after) && { headers: { 'retry-after': after } }) })
    this.response = response
  }
}

const unwell: ReadonlySet<number> = new Set([408, 425, 429])
// RFC 9110, 9.2.2. A key makes the others so, too: whoever honours it does the work once.
const idempotent: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'TRACE'])

/** Asks under the policy of a dependency. What it answers last is answered, well or not. */
export async function askGuarded(dependency: Dependency | Dependency<Response>, init: RequestInit, ask: Ask): Promise<Response> {
  const headers = new Headers(init.headers)
  const repeatable = idempotent.has((init.method ?? 'GET').toUpperCase()) || headers.has('idempotency-key')
  let superseded: Response | undefined
  try {
    const answer = await dependency.run(
      async (signal) => {
        await superseded?.body?.cancel()
        superseded = undefined
        const response = await ask(signal)
        if (response.status < 500 && !unwell.has(response.status)) return response
        superseded = response
        throw new Unwell(response)
      },
      { idempotent: repeatable && !isStream(init.body), ...(init.signal && { signal: init.signal }) },
    )
    // The fallback's.
    if (superseded !== undefined) await superseded.body?.cancel()
    return answer
  } catch (error) {
    if (error instanceof Unwell) return error.response
    await superseded?.body?.cancel()
    throw error
  }
}

type Ask = (signal: AbortSignal) => Promise<Response>

/** What others send may be anything; what is passed on must be a header. */
function isWait(text: string): boolean {
  return /^\d{1,9}$|^\w{3}, [\w: ]{20,30}$/.test(text)
}
