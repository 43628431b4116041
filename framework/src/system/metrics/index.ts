export { metrics, type Metrics, type MetricsOptions } from './metrics.ts'
export { processMetrics } from './process-metrics.ts'
export { History, type Drawn, type HistoryOptions } from './history/history.ts'
export type { Chart } from './history/charts.ts'
