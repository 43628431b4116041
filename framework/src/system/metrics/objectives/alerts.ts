import { promiseOf, requestMetric, type Objective } from './objective.ts'
import type { OnCall } from './on-call.ts'

interface Rule {
  readonly alert: string
  readonly expr: string
  readonly for?: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

/** A long and a short window, the burn rate that must be exceeded in both, and who hears of it. */
const burns = [
  { long: '1h', short: '5m', rate: 14.4, severity: 'page' },
  { long: '6h', short: '30m', rate: 6, severity: 'ticket' },
] as const

/**
 * Alerting rules for Prometheus: on what callers notice, on what is about to be full, and one that always fires, so that silence is noticed.
 * Each names its owner and runbook: the objective's, or else those of `onCall`.
 */
export function alertRules(
  service: string,
  objectives: readonly Objective[],
  onCall: Readonly<OnCall> = {},
): { groups: readonly { name: string; rules: readonly Rule[] }[] } {
  const budgets = objectives.flatMap((objective) =>
    burns.map((burn) => withOnCall(burnRule(service, objective, burn), { ...onCall, ...objective })),
  )
  const general = (rules: readonly Rule[]) => rules.map((rule) => withOnCall(rule, onCall))
  return {
    groups: [
      ...(budgets.length > 0 ? [{ name: `${service} objectives`, rules: budgets }] : []),
      { name: `${service} saturation`, rules: general(saturation(service)) },
      { name: `${service} alive`, rules: general([deadMan(service), noTraffic(service)]) },
    ],
  }
}

function withOnCall({ labels, annotations, ...rule }: Rule, { owner, runbook }: Readonly<OnCall>): Rule {
  return {
    ...rule,
    labels: { ...labels, ...(owner !== undefined && { owner }) },
    annotations: { ...annotations, ...(runbook !== undefined && { runbook_url: runbook }) },
  }
}

function burnRule(service: string, objective: Objective, { long, short, rate, severity }: (typeof burns)[number]): Rule {
  const { name, target } = objective
  const threshold = `(${rate} * ${Number((1 - target).toPrecision(6))})`
  return {
    alert: 'ErrorBudgetBurn',
    expr: `${badShare(objective, long)} > ${threshold} and ${badShare(objective, short)} > ${threshold}`,
    labels: { service, objective: name, severity, window: long },
    annotations: {
      summary: `${name} spends its error budget ${rate} times as fast as it may`,
      description: `Promised: ${promiseOf(objective)}.`,
    },
  }
}

function badShare({ route, within }: Objective, window: string): string {
  const [method = '', path = ''] = route?.split(/ (.*)/s) ?? []
  const of = route === undefined ? [] : [`method=${quoted(method)}`, `route=${quoted(path)}`]
  const rate = (series: string, labels: readonly string[]) => `sum(rate(${requestMetric}_${series}{${labels.join(',')}}[${window}]))`
  const total = rate('count', of)
  if (within === undefined) return `${rate('count', [...of, 'status=~"5.."'])} / ${total}`
  // OpenMetrics writes 1.0 where the older format writes 1.
  const bound = String(within / 1_000).replace('.', '[.]')
  return `1 - ${rate('bucket', [...of, 'status!~"5.."', `le=~"${bound}([.]0)?"`])} / ${total}`
}

function saturation(service: string): Rule[] {
  const rule = (alert: string, { expr, minutes, summary }: { expr: string; minutes: number; summary: string }): Rule => ({
    alert,
    expr,
    for: `${minutes}m`,
    labels: { service, severity: 'ticket' },
    annotations: { summary },
  })
  return [
    rule('EventLoopLate', {
      expr: 'nodejs_eventloop_lag_p99_seconds > 0.2',
      minutes: 5,
      summary: 'The event loop is late by more than 200 ms',
    }),
    rule('RequestsShed', {
      expr: 'sum by (instance) (rate(http_server_shed_requests_total[5m])) > 0',
      minutes: 5,
      summary: 'Requests are refused because there is too much to do',
    }),
    rule('PoolExhausted', {
      expr: 'db_pool_waiting > 0 and db_pool_in_use >= db_pool_max',
      minutes: 5,
      summary: 'Requests wait for a connection to the database',
    }),
    rule('FilesRunOut', {
      expr: 'process_open_fds / process_max_fds > 0.8',
      minutes: 5,
      summary: 'Nearly as many files and sockets are open as there may be',
    }),
    rule('HeapRunsOut', {
      expr: 'nodejs_heap_size_used_bytes / nodejs_heap_size_limit_bytes > 0.9',
      minutes: 10,
      summary: 'The heap is nearly as large as it may be',
    }),
    rule('CertificateExpires', {
      expr: 'cert_expiry_seconds < 14 * 86400',
      minutes: 60,
      summary: 'A certificate expires within two weeks',
    }),
  ]
}

/** Fires always: who expects it and does not get it knows that nobody would be told of anything. */
function deadMan(service: string): Rule {
  return {
    alert: 'DeadManSwitch',
    expr: 'vector(1)',
    labels: { service, severity: 'none' },
    annotations: { summary: 'Alerts are evaluated and delivered' },
  }
}

function noTraffic(service: string): Rule {
  return {
    alert: 'NothingMeasured',
    expr: `absent(${requestMetric}_count)`,
    for: '5m',
    labels: { service, severity: 'page' },
    annotations: { summary: `Nobody measures ${service}: it is gone, or is not scraped` },
  }
}

function quoted(text: string): string {
  return JSON.stringify(text)
}
