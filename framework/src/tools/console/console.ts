import { NotFound } from '../../contract/problems.ts'
import { group, implement } from '../../http/implement.ts'
import { rawReply, reply, type Route } from '../../http/stage.ts'
import type { Secret } from '../../std/secret.ts'
import type { ErrorGroups } from '../../system/errors/index.ts'
import type { Lifecycle } from '../../system/lifecycle/index.ts'
import { ClientHalves } from './client-halves.ts'
import * as contract from './contract.ts'
import { ConsoleGuard } from './guard.ts'
import type { LiveView } from './live.ts'
import { consolePages } from './pages.ts'
import { databaseOf } from './database-of.ts'
import { profileRoutes } from './profile.ts'
import { systemRoutes, type SystemNeeds } from './system.ts'
import type { OverviewView } from './views.ts'

export interface ConsoleNeeds extends Omit<SystemNeeds, 'lifecycle'> {
  readonly name: string
  readonly version: string
  readonly mode: 'development' | 'production' | 'test'
  readonly token: Secret<string> | undefined
  readonly errors: ErrorGroups
  readonly lifecycle: Pick<Lifecycle, 'state' | 'onChange' | 'health'>
}

/** The console's pages, and behind its guard what they ask for. None in production without a token. */
export function consoleRoutes(needs: ConsoleNeeds): Route[] {
  const guard = new ConsoleGuard(needs)
  if (!guard.exists) return []
  const routes = [
    ...session(guard),
    ...group('', { around: [guard.layer] }, [
      ...overview(needs),
      ...operations(needs),
      ...errorRoutes(needs),
      ...systemRoutes(needs),
      ...profileRoutes(needs),
    ]),
  ]
  return [...group('/console', routes), ...consolePages()].map((route) => ({ ...route, internal: true, quiet: true }))
}

function session(guard: ConsoleGuard): Route[] {
  const { openSession, closeSession } = contract
  return implement(
    { openSession, closeSession },
    {
      openSession: ({ body, url }) => {
        const cookie = guard.signIn(body.token, url.protocol === 'https:')
        if (cookie === undefined) throw contract.ConsoleClosed()
        return reply(undefined as never, { headers: { 'set-cookie': cookie } })
      },
      closeSession: ({ url }) => reply(undefined as never, { headers: { 'set-cookie': guard.cookie('', url.protocol === 'https:', 0) } }),
    },
  )
}

function overview({ name, version, mode, clock, lifecycle, resources }: ConsoleNeeds): Route[] {
  const { readOverview } = contract
  const startedAt = clock.now().getTime()
  const read = (): OverviewView => ({
    name,
    version,
    mode,
    node: process.version,
    pid: process.pid,
    startedAt,
    state: lifecycle.state,
    pages: databaseOf(resources) === undefined ? [] : ['database'],
  })
  return implement({ readOverview }, { readOverview: read })
}

function operations({ recorder, clock, lifecycle }: ConsoleNeeds): Route[] {
  const { listOperations, watchOperations, readTrace, putClientTimings } = contract
  const clients = new ClientHalves()
  const views = new Set<LiveView>()
  // Whoever watches would otherwise hold up the stop until its grace is over.
  lifecycle.onChange((state) => {
    if (state === 'draining') for (const view of views) view.end()
  })
  return implement(
    { listOperations, watchOperations, readTrace, putClientTimings },
    {
      listOperations: async ({ query }) => (await import('./operations.ts')).listed(recorder, query),
      watchOperations: async ({ query, signal }) => {
        const live = await import('./live.ts')
        const view = new live.LiveView({ recorder, clock, signal }, query)
        views.add(view)
        view.stream.once('close', () => views.delete(view))
        return rawReply(view.stream, { type: 'text/event-stream', headers: { 'x-accel-buffering': 'no' } })
      },
      readTrace: async ({ params }) => (await import('./operations.ts')).traced(recorder, clients, params.id),
      putClientTimings: async ({ params, body }) => {
        const { requestOf } = await import('./operations.ts')
        return clients.keep(requestOf(recorder, params.id), body)
      },
    },
  )
}

function errorRoutes({ errors }: ConsoleNeeds): Route[] {
  const { listErrors, markError } = contract
  return implement(
    { listErrors, markError },
    {
      listErrors: async () => {
        await errors.refresh()
        return { groups: errors.list() }
      },
      markError: async ({ params, body }) => {
        await errors.refresh()
        if (!errors.mark(params.fingerprint, body.state)) throw NotFound()
      },
    },
  )
}
