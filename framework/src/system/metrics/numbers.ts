/** A number as both text formats write it. */
export function toText(value: number): string {
  if (Number.isFinite(value)) return String(value)
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'
}

/** The bound of a bucket or a quantile as OpenMetrics wants it in a label: the same text from every exporter, or the series would not be the same one. */
export function toCanonical(value: number): string {
  if (!Number.isFinite(value)) return toText(value)
  const size = Math.abs(value)
  if (size === 0 || (size >= 1e-4 && size < 1e6)) return Number.isInteger(value) ? `${value}.0` : String(value)
  return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2')
}
