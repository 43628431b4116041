import type { Why } from '../../contract/trace/why.ts'
import type { Smell } from './views.ts'

// What the console's pages about the system are made of, for browsers as well.

export interface RouteView {
  readonly method: string
  readonly path: string
  readonly host?: string | undefined
  readonly name: string
  readonly summary: string
  readonly auth: string
  readonly deprecated: boolean
  readonly source: string
  /** In the order in which they run; `ms` is the median of what was recorded, where there is any. */
  readonly steps: readonly { readonly stage: string; readonly label: string; readonly ms?: number | undefined }[]
  /** Since the start. Percentiles in milliseconds, from the histogram's buckets. */
  readonly calls: number
  readonly failures: number
  readonly p50?: number | undefined
  readonly p95?: number | undefined
  readonly p99?: number | undefined
  /** Who still calls it, of what is deprecated. */
  readonly callers?: readonly { readonly consumer: string; readonly calls: number; readonly lastAt: number }[] | undefined
}

export interface RoutesView {
  readonly routes: readonly RouteView[]
}

/** Where the time of a route went, and whether its pool is the limit. */
export interface WhyView extends Why {
  readonly sentences: readonly string[]
}

export interface StatementView {
  readonly sql: string
  readonly calls: number
  readonly failures: number
  readonly totalMs: number
  readonly meanMs: number
  readonly slowestMs: number
  readonly rows: number
  /** The routes that sent it, most often first. */
  readonly routes: readonly string[]
}

export interface DatabaseView {
  readonly name: string
  /** Without its password. */
  readonly place: string
  readonly engine: string
  readonly pool: { readonly inUse: number; readonly idle: number; readonly waiting: number; readonly max: number }
  readonly waits: { readonly count: number; readonly totalMs: number; readonly longestMs: number }
  /** Those that took longest in all, first. */
  readonly statements: readonly StatementView[]
  readonly smells: readonly Smell[]
  readonly migrations: readonly { readonly set: string; readonly name: string; readonly appliedAt?: string | undefined }[]
}

export interface PlanView {
  readonly sql: string
  /** As the database wrote it, a line each; empty with the reason in `problem`. */
  readonly lines: readonly string[]
  readonly problem?: string | undefined
  readonly smells: readonly Smell[]
}

export interface SettingView {
  readonly key: string
  readonly describe: string
  readonly expected: string
  /** As text; secrets are masked. */
  readonly value: string
  readonly source: string
  /** Weakest first: what was offered, by whom. */
  readonly candidates: readonly { readonly source: string; readonly name: string; readonly text: string; readonly wins: boolean }[]
  readonly secret: boolean
}

export interface SettingsView {
  readonly settings: readonly SettingView[]
}

/** A chart: its series share their times. */
export interface ChartView {
  readonly id: string
  readonly title: string
  /** Of all its values: `ms`, `requests/s`, `bytes`, `%` … */
  readonly unit: string
  /** Which of RED, USE and the golden signals it is part of. */
  readonly signal: 'rate' | 'errors' | 'duration' | 'utilisation' | 'saturation'
  readonly of: string
  /** Milliseconds since 1970, ascending. */
  readonly times: readonly number[]
  readonly series: readonly { readonly name: string; readonly values: readonly (number | null)[] }[]
}

export interface ChartsView {
  /** Milliseconds that the charts cover. */
  readonly span: number
  readonly charts: readonly ChartView[]
  /** Objectives that the application declares, and how much of what they allow is left. */
  readonly objectives: readonly {
    readonly name: string
    /** `POST /orders`; without one it is about all requests. */
    readonly route?: string
    readonly target: number
    /** Milliseconds within which an answer is a good one. */
    readonly within?: number
    /** Milliseconds that the budget is for. */
    readonly window: number
    readonly owner?: string
    /** An `http` or `https` address. */
    readonly runbook?: string
    readonly actual: number
    readonly budgetLeft: number
    readonly burnRate: number
  }[]
}

export interface HealthView {
  readonly state: string
  readonly resources: readonly { readonly name: string; readonly healthy: boolean; readonly problem?: string | undefined }[]
  /** What is under way. */
  readonly requests: number
  readonly background: number
  /** What a stop would do, in order, and how long each may take. */
  readonly shutdown: readonly { readonly step: string; readonly what: string; readonly of: readonly string[]; readonly most: string }[]
  /** Dependencies and their breakers. */
  readonly dependencies: readonly {
    readonly name: string
    readonly state: string
    readonly calls: number
    readonly rejected: number
    readonly retries: number
    readonly lastError?: string | undefined
  }[]
  readonly logLevel: string
  /** Levels that are changed for a while; `until` in milliseconds since 1970. */
  readonly logChanges: readonly {
    readonly level: string
    readonly module: string | undefined
    readonly userId: string | undefined
    readonly until: number
  }[]
}
