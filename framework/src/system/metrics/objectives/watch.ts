import type { Meter } from '../../../std/meter.ts'
import type { Chart } from '../history/charts.ts'
import type { History } from '../history/history.ts'
import type { Values } from '../history/moment.ts'
import { requestMetric, type Objective } from './objective.ts'

const minute = 60_000
/** Burn rates by Google's SRE workbook: a short window beside a long one, so that an alert ends when its cause does. */
export const burnWindows = { '5m': 5 * minute, '30m': 30 * minute, '1h': 60 * minute, '6h': 360 * minute } as const
/** What the history holds. */
const budgetWindow = 15 * 24 * 60 * minute

/** How it stands with an objective. Ratios are 1 and budgets whole where nobody asked. */
export interface ObjectiveState extends Objective {
  /** Milliseconds that the budget is for. */
  readonly window: number
  /** The share of good requests in the last fifteen days. */
  readonly actual: number
  /** Of what fifteen days allow; below zero when more was spent. */
  readonly budgetLeft: number
  /** Of the last hour: 1 spends the budget in exactly its time. */
  readonly burnRate: number
}

/** What the history keeps of an objective, for no chart of its own. */
export function objectiveChart({ name, route, within }: Objective): Chart {
  const isOf = (labels: Readonly<Record<string, string>>) => route === undefined || `${labels['method']} ${labels['route']}` === route
  const isFailure = (status: string | undefined) => status?.startsWith('5') === true
  return {
    id: chartOf(name),
    title: name,
    unit: 'requests/s',
    signal: 'errors',
    of: 'objectives',
    hidden: true,
    read(span): Values {
      const values = span.rates(requestMetric, (labels) => (isOf(labels) ? (isFailure(labels['status']) ? 'bad' : 'good') : undefined))
      const slow =
        within === undefined ? 0 : span.slowRate(requestMetric, within / 1_000, (labels) => isOf(labels) && !isFailure(labels['status']))
      const { good = 0, bad = 0 } = Object.fromEntries(values)
      return new Map([
        ['total', good + bad],
        ['bad', bad + slow],
      ])
    },
  }
}

/** The state of objectives, by what the history has of them. */
export function objectiveStates(objectives: readonly Objective[], history: Pick<History, 'total'>): ObjectiveState[] {
  return objectives.map((objective) => {
    const { name, target } = objective
    const failing = badShare(history, name, budgetWindow)
    const allowed = 1 - target
    const burnRate = badShare(history, name, burnWindows['1h']) / allowed
    return { ...objective, window: budgetWindow, actual: 1 - failing, budgetLeft: 1 - failing / allowed, burnRate }
  })
}

/** The same as metrics. */
export function objectiveMetrics(meter: Meter, objectives: readonly Objective[], history: Pick<History, 'total'>): void {
  if (objectives.length === 0) return
  meter.gauge('slo_target_ratio', {
    help: 'The share of requests that must be good.',
    labels: ['objective'],
    read: (gauge) => {
      for (const { name, target } of objectives) gauge.with({ objective: name }).set(target)
    },
  })
  meter.gauge('slo_error_budget_remaining_ratio', {
    help: 'What is left of the failures that fifteen days allow.',
    labels: ['objective'],
    read: (gauge) => {
      for (const { name, budgetLeft } of objectiveStates(objectives, history)) gauge.with({ objective: name }).set(budgetLeft)
    },
  })
  meter.gauge('slo_burn_rate', {
    help: 'How many times as fast as allowed the budget is spent.',
    labels: ['objective', 'window'],
    read: (gauge) => {
      for (const { name, target } of objectives)
        for (const [window, ms] of Object.entries(burnWindows))
          gauge.with({ objective: name, window }).set(badShare(history, name, ms) / (1 - target))
    },
  })
}

function badShare(history: Pick<History, 'total'>, name: string, ms: number): number {
  const total = history.total(chartOf(name), 'total', ms)
  return total === 0 ? 0 : history.total(chartOf(name), 'bad', ms) / total
}

function chartOf(name: string): string {
  return `objective ${name}`
}
