import { NotFound } from '../../contract/problems.ts'
import { implement } from '../../http/implement.ts'
import type { Pipeline, Route } from '../../http/stage.ts'
import type { DeprecatedCall } from '../../http/deprecated-calls.ts'
import type { Clock } from '../../std/clock.ts'
import type { HistogramReading } from '../../std/meter.ts'
import type { Resource } from '../../std/resource.ts'
import type { Settings, Sources } from '../../system/config/index.ts'
import type { Lifecycle } from '../../system/lifecycle/index.ts'
import type { RootLog } from '../../system/log/index.ts'
import type { DependencyReport } from '../../system/resilience/index.ts'
import type { History, Objective } from '../../system/metrics/index.ts'
import type { Recorder } from '../../system/trace/index.ts'
import type { StopStep } from '../../app-stop-steps.ts'
import * as contract from './contract.ts'
import { databaseOf } from './database-of.ts'

// Views are loaded when somebody looks: most processes are never looked at.

/** What is asked about the application around the console, when somebody looks. */
export interface SystemNeeds {
  readonly clock: Clock
  readonly recorder: Recorder
  readonly history: Pick<History, 'read' | 'total'>
  readonly objectives: readonly Objective[]
  readonly lifecycle: Pick<Lifecycle, 'state' | 'health'>
  readonly log: Pick<RootLog, 'level' | 'info' | 'change' | 'changes'>
  readonly settings: Settings
  readonly sources: Sources
  readonly resources: readonly Resource[]
  readonly pipelines: () => readonly Pipeline[]
  readonly timesOf: (label: string) => Iterable<readonly [number, { read(): HistogramReading }]>
  readonly deprecatedCalls: () => readonly DeprecatedCall[]
  readonly underWay: () => { readonly requests: number; readonly background: number }
  readonly stop: () => readonly StopStep[]
  readonly dependencies: () => readonly DependencyReport[]
}

export function systemRoutes(needs: SystemNeeds): Route[] {
  return [...application(needs), ...charts(needs), ...database(needs), ...health(needs)]
}

function application({ pipelines, timesOf, deprecatedCalls, recorder, settings, sources, resources }: SystemNeeds): Route[] {
  const { listRoutes, listSettings, readWhy } = contract
  return implement(
    { listRoutes, listSettings, readWhy },
    {
      listRoutes: async () => {
        const { routesView } = await import('./routes-view.ts')
        return routesView({ pipelines: pipelines(), timesOf, deprecatedCalls: deprecatedCalls(), recent: recorder.newest() })
      },
      listSettings: async () => (await import('./settings-view.ts')).settingsView(settings, sources),
      readWhy: async ({ query }) => {
        const found = pipelines().find(({ label, route }) => label === query.route || route.name === query.route)
        if (found === undefined) throw NotFound()
        const { whyView } = await import('./why-view.ts')
        return whyView(found.label, recorder.newest(), databaseOf(resources))
      },
    },
  )
}

function charts({ history, objectives }: SystemNeeds): Route[] {
  const { readCharts } = contract
  return implement(
    { readCharts },
    { readCharts: async ({ query }) => (await import('./charts-view.ts')).chartsView(history, objectives, query.minutes ?? 15) },
  )
}

function database({ resources, recorder }: SystemNeeds): Route[] {
  const db = databaseOf(resources)
  if (db === undefined) return []
  const { readDatabase, planStatement } = contract
  return implement(
    { readDatabase, planStatement },
    {
      readDatabase: async () => (await import('./database-view.ts')).databaseView(db, recorder.newest()),
      planStatement: async ({ body }) => {
        const { planView } = await import('./database-view.ts')
        const plan = await planView(db, body.sql)
        // What was never sent is not planned either: this is no place to send statements from.
        if (plan === undefined) throw NotFound()
        return plan
      },
    },
  )
}

function health({ lifecycle, log, underWay, stop, dependencies }: SystemNeeds): Route[] {
  const { readHealth, setLogLevel } = contract
  return implement(
    { readHealth, setLogLevel },
    {
      readHealth: async ({ signal }) => {
        const { healthView } = await import('./health-view.ts')
        return healthView({ lifecycle, ...underWay(), stop: stop(), dependencies: dependencies(), ...levelsOf(log) }, signal)
      },
      setLogLevel: ({ body: { level, minutes = 15, module, userId } }) => {
        log.change({ level, forMs: minutes * 60_000, module, userId })
        log.info('log level changed', { to: level, minutes, of: module, userId })
      },
    },
  )
}

/** The level of everything, and what is told more or less of for a while. */
function levelsOf(log: SystemNeeds['log']) {
  const { changes } = log
  const ofAll = changes.find(({ module, userId }) => module === undefined && userId === undefined)
  return {
    logLevel: ofAll?.level ?? log.level,
    logChanges: changes.map(({ level, module, userId, until }) => ({ level, module, userId, until: until.getTime() })),
  }
}
