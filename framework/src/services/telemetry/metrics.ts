import type { MetricFamily, MetricPoint } from '../../std/metric-family.ts'
import { toAttributes, toDouble, toNanos } from './values.ts'

const cumulative = 2
/** UCUM, which OpenTelemetry names units by. */
const units: Readonly<Record<string, string>> = {
  seconds: 's',
  bytes: 'By',
  ratio: '1',
  celsius: 'Cel',
  meters: 'm',
  volts: 'V',
  amperes: 'A',
  joules: 'J',
  grams: 'g',
}

/** Families as OTLP has them; times are milliseconds since 1970, `since` when counting began. */
export function toMetrics(families: readonly MetricFamily[], since: number, now: number): unknown[] {
  const times = { startTimeUnixNano: toNanos(since), timeUnixNano: toNanos(now) }
  return families
    .filter(({ points }) => points.length > 0)
    .map(({ name, kind, help, unit, points }) => {
      const head = { name: kind === 'counter' ? name.replace(/_total$/, '') : name, description: help, unit: units[unit ?? ''] ?? '' }
      const own = (point: MetricPoint) => ({ attributes: toAttributes(point.labels), ...times })
      const number = (point: MetricPoint) => ({ ...own(point), asDouble: toDouble(point.value) })
      if (kind === 'gauge') return { ...head, gauge: { dataPoints: points.map(number) } }
      if (kind === 'counter')
        return { ...head, sum: { dataPoints: points.map(number), aggregationTemporality: cumulative, isMonotonic: true } }
      if (kind === 'summary') return { ...head, summary: { dataPoints: points.map((point) => ({ ...own(point), ...summaryOf(point) })) } }
      const dataPoints = points.map((point) => ({ ...own(point), ...histogramOf(point) }))
      return { ...head, histogram: { dataPoints, aggregationTemporality: cumulative } }
    })
}

function summaryOf({ value, count, quantiles = [] }: MetricPoint) {
  return {
    count: String(count),
    sum: toDouble(value),
    quantileValues: quantiles.map(([quantile, at]) => ({ quantile, value: toDouble(at) })),
  }
}

function histogramOf({ value, count, buckets }: MetricPoint) {
  const { bounds, counts, exemplars } = buckets!
  const found = exemplars.flatMap((exemplar) =>
    exemplar === undefined ? [] : [{ timeUnixNano: toNanos(exemplar.at), asDouble: exemplar.value, traceId: exemplar.traceId }],
  )
  return {
    count: String(count),
    sum: toDouble(value),
    bucketCounts: counts.map(String),
    explicitBounds: bounds,
    ...(found.length > 0 && { exemplars: found }),
  }
}
