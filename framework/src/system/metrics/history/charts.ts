import type { Span, Values } from './moment.ts'

/** What is kept of the built-in metrics, and drawn. */
export interface Chart {
  readonly id: string
  readonly title: string
  readonly unit: string
  readonly signal: 'rate' | 'errors' | 'duration' | 'utilisation' | 'saturation'
  /** What it is about: `requests`, `outbound calls`, `cpu` … */
  readonly of: string
  /** Whether its values are states and not what happened in between: over a longer time they are averaged. */
  readonly levels?: boolean
  /** Kept, and not drawn. */
  readonly hidden?: boolean
  read(span: Span): Values
}

const requests = 'http_server_request_duration_seconds'
const outbound = 'http_client_request_duration_seconds'
const statements = 'db_client_operation_duration_seconds'

/** The metrics that the charts are drawn from. */
export const chartMetrics = [
  requests,
  outbound,
  statements,
  'process_cpu_seconds_total',
  'process_cpu_cores',
  'process_resident_memory_bytes',
  'nodejs_heap_size_used_bytes',
  'nodejs_external_memory_bytes',
  'nodejs_eventloop_active_seconds_total',
  'nodejs_eventloop_lag_p99_seconds',
  'nodejs_gc_duration_seconds',
  'nodejs_active_resources',
  'process_open_fds',
  'db_pool_in_use',
  'db_pool_waiting',
  'db_pool_max',
  'db_pool_wait_seconds_total',
  'http_server_queue_delay_seconds',
  'http_server_shed_requests_total',
  'background_work_running',
  'resilience_attempts_total',
  'resilience_rejections_total',
]

const percentiles = { p50: 0.5, p95: 0.95, p99: 0.99 }
const isFailure = (status: string | undefined) => status !== undefined && !/^[1-4]\d\d$/.test(status)

/** Rate, errors and duration of what is asked for: of this process, and by it of others. */
const red: readonly Chart[] = [
  {
    id: 'requests',
    title: 'Requests',
    unit: 'requests/s',
    signal: 'rate',
    of: 'requests',
    read: (span) => span.rates(requests, ({ method, route }) => `${method} ${route}`),
  },
  {
    id: 'request-errors',
    title: 'Failures and refusals',
    unit: 'requests/s',
    signal: 'errors',
    of: 'requests',
    read: (span) =>
      span.rates(requests, ({ status }) =>
        isFailure(status) ? 'failed (5xx)' : status?.startsWith('4') === true ? 'refused (4xx)' : undefined,
      ),
  },
  {
    id: 'request-duration',
    title: 'Time of requests gone well',
    unit: 'ms',
    signal: 'duration',
    of: 'requests',
    read: (span) => inMs(span.quantiles(requests, percentiles, ({ status }) => !isFailure(status))),
  },
  {
    id: 'request-failure-duration',
    title: 'Time of failed requests',
    unit: 'ms',
    signal: 'duration',
    of: 'requests',
    read: (span) => inMs(span.quantiles(requests, percentiles, ({ status }) => isFailure(status))),
  },
  {
    id: 'outbound',
    title: 'Calls to others',
    unit: 'calls/s',
    signal: 'rate',
    of: 'outbound calls',
    read: (span) => span.rates(outbound, ({ host }) => host),
  },
  {
    id: 'outbound-errors',
    title: 'Calls to others that failed',
    unit: 'calls/s',
    signal: 'errors',
    of: 'outbound calls',
    read: (span) => span.rates(outbound, ({ host, status }) => (isFailure(status) ? host : undefined)),
  },
  {
    id: 'outbound-duration',
    title: 'Time of calls to others',
    unit: 'ms',
    signal: 'duration',
    of: 'outbound calls',
    read: (span) => inMs(span.quantiles(outbound, percentiles, () => true)),
  },
  {
    id: 'statements',
    title: 'Statements',
    unit: 'statements/s',
    signal: 'rate',
    of: 'database',
    read: (span) => span.rates(statements, ({ operation, collection }) => `${operation} ${collection}`.trim()),
  },
  {
    id: 'statement-errors',
    title: 'Statements that failed',
    unit: 'statements/s',
    signal: 'errors',
    of: 'database',
    read: (span) =>
      span.rates(statements, ({ operation, collection, outcome }) => (outcome === 'ok' ? undefined : `${operation} ${collection}`.trim())),
  },
  {
    id: 'statement-duration',
    title: 'Time of statements',
    unit: 'ms',
    signal: 'duration',
    of: 'database',
    read: (span) => inMs(span.quantiles(statements, percentiles, () => true)),
  },
]

/** Utilisation, saturation and errors of what it runs on. */
const use: readonly Chart[] = [
  {
    id: 'cpu',
    title: 'CPU',
    unit: '%',
    signal: 'utilisation',
    of: 'cpu',
    read: (span) => named({ process: share(span.rate('process_cpu_seconds_total'), span.level('process_cpu_cores')) }),
  },
  {
    id: 'event-loop',
    title: 'Event loop',
    unit: '%',
    signal: 'utilisation',
    of: 'event loop',
    read: (span) => named({ busy: share(span.rate('nodejs_eventloop_active_seconds_total'), 1) }),
  },
  {
    id: 'event-loop-lag',
    title: 'Lateness of the event loop',
    unit: 'ms',
    signal: 'saturation',
    of: 'event loop',
    levels: true,
    read: (span) =>
      inMs(named({ p99: span.level('nodejs_eventloop_lag_p99_seconds'), 'queue delay': span.level('http_server_queue_delay_seconds') })),
  },
  {
    id: 'gc',
    title: 'Pauses of the garbage collection',
    unit: 'ms/s',
    signal: 'saturation',
    of: 'memory',
    read: (span) => inMs(span.sumRates('nodejs_gc_duration_seconds', ({ kind }) => kind)),
  },
  {
    id: 'memory',
    title: 'Memory',
    unit: 'bytes',
    signal: 'utilisation',
    of: 'memory',
    levels: true,
    read: (span) =>
      named({
        resident: span.level('process_resident_memory_bytes'),
        heap: span.level('nodejs_heap_size_used_bytes'),
        'outside of the heap': span.level('nodejs_external_memory_bytes'),
      }),
  },
  {
    id: 'files',
    title: 'Open files and sockets',
    unit: '',
    signal: 'utilisation',
    of: 'files',
    levels: true,
    read: (span) => named({ open: span.level('process_open_fds') }),
  },
  {
    id: 'resources',
    title: 'What keeps the event loop alive',
    unit: '',
    signal: 'utilisation',
    of: 'sockets',
    levels: true,
    read: (span) => span.levels('nodejs_active_resources', ({ type }) => type),
  },
  {
    id: 'pool',
    title: 'Connections to the database',
    unit: '',
    signal: 'utilisation',
    of: 'pool',
    levels: true,
    read: (span) => named({ 'in use': span.level('db_pool_in_use'), 'at most': span.level('db_pool_max') }),
  },
  {
    id: 'pool-waiting',
    title: 'Who waits for a connection',
    unit: '',
    signal: 'saturation',
    of: 'pool',
    levels: true,
    read: (span) => named({ waiting: span.level('db_pool_waiting') }),
  },
  {
    id: 'shed',
    title: 'Requests shed under load',
    unit: 'requests/s',
    signal: 'saturation',
    of: 'requests',
    read: (span) => span.rates('http_server_shed_requests_total', ({ priority }) => priority),
  },
  {
    id: 'background',
    title: 'Work behind answers',
    unit: '',
    signal: 'utilisation',
    of: 'background',
    levels: true,
    read: (span) => named({ 'under way': span.level('background_work_running') }),
  },
  {
    id: 'rejections',
    title: 'Calls that a breaker or bulkhead refused',
    unit: 'calls/s',
    signal: 'saturation',
    of: 'dependencies',
    read: (span) => span.rates('resilience_rejections_total', ({ dependency }) => dependency),
  },
]

export const charts: readonly Chart[] = [...red, ...use]

function inMs(values: Values): Values {
  return new Map([...values].map(([series, value]) => [series, value * 1_000]))
}

function share(part: number | undefined, whole: number | undefined): number | undefined {
  return part === undefined || whole === undefined ? undefined : (100 * part) / whole
}

function named(values: Readonly<Record<string, number | undefined>>): Values {
  return new Map(Object.entries(values).filter((pair): pair is [string, number] => pair[1] !== undefined))
}
