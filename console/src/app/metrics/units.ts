import { toBytes, toDuration } from '../state/format.ts'

/** A value with its unit, as short as it can be read. */
export function toValue(value: number | null | undefined, unit: string): string {
  if (value === null || value === undefined) return '–'
  if (unit === 'ms') return toDuration(value)
  if (unit === 'bytes') return toBytes(value)
  if (unit === 'bytes/s') return `${toBytes(value)}/s`
  if (unit === '%') return `${+value.toFixed(value < 10 ? 1 : 0)} %`
  return short(value)
}

/** For axes: the unit stands above the chart. */
export function toMark(value: number, unit: string): string {
  if (unit === 'bytes' || unit === 'bytes/s') return toBytes(value)
  if (unit === 'ms' && value >= 1000) return toDuration(value)
  return short(value)
}

function short(value: number): string {
  if (value >= 10_000) return Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 }).format(value)
  return String(+value.toFixed(value < 1 ? 3 : value < 100 ? 2 : 0))
}
