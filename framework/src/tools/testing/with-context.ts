import type { Context } from '../../http/stage.ts'
import { ambient, type Ambient } from '../../std/ambient.ts'
import { systemClock } from '../../std/clock.ts'
import { silentLog } from '../../std/log.ts'

type Given = Partial<Context> & Partial<Omit<Ambient, keyof Context>>

/**
 * Runs `work` as if inside a request: `current()`, the database and the outbound client find it, and `work` gets its context, for calling a
 * handler or a layer directly. What is not given is empty; `signal` never fires.
 *
 * ```ts
 * import { current } from 'throughline/std'
 * import { withContext } from 'throughline/testing'
 *
 * const who = await withContext({ actor: { id: 'alice', roles: [] } }, async (c) => [c.actor?.id, current().id])
 * ```
 */
export function withContext<Result>(given: Given, work: (c: Context) => Result): Result {
  const c: Context & Ambient = {
    id: 'test-request',
    route: 'TEST /',
    params: {},
    query: {},
    headers: {},
    cookies: {},
    body: undefined,
    actor: undefined,
    signal: new AbortController().signal,
    log: silentLog,
    url: new URL('http://localhost/'),
    ip: '127.0.0.1',
    startedAt: systemClock.now(),
    ...given,
  }
  return ambient.run(c, () => work(c))
}
