export { metrics, type Metrics, type MetricsOptions } from './metrics.ts'
export { processMetrics } from './process-metrics.ts'
