import type { MetricKind } from '../../std/metric-family.ts'

/** Prometheus's base units, and what people write in their place. */
const baseUnits = ['seconds', 'bytes', 'ratio', 'celsius', 'meters', 'volts', 'amperes', 'joules', 'grams'] as const
const others: Readonly<Record<string, (typeof baseUnits)[number]>> = {
  ms: 'seconds',
  milliseconds: 'seconds',
  millis: 'seconds',
  micros: 'seconds',
  microseconds: 'seconds',
  ns: 'seconds',
  nanoseconds: 'seconds',
  sec: 'seconds',
  secs: 'seconds',
  minutes: 'seconds',
  hours: 'seconds',
  days: 'seconds',
  bits: 'bytes',
  kb: 'bytes',
  mb: 'bytes',
  gb: 'bytes',
  kilobytes: 'bytes',
  megabytes: 'bytes',
  gigabytes: 'bytes',
  percent: 'ratio',
  percentage: 'ratio',
}

/** Which of a metric's own series would be mistaken for another metric. */
const reserved: Readonly<Record<MetricKind, RegExp>> = {
  counter: /_(?:bucket|count|sum|created|info)(?:_total)?$/,
  gauge: /_(?:total|bucket|count|sum|created|info)$/,
  histogram: /_(?:total|bucket|count|sum|created|info)$/,
  summary: /_(?:total|bucket|count|sum|created|info)$/,
}

/** Throws a `TypeError` that says how to name it; dashboards and alerts outlive the first wrong name by years. */
export function assertName(name: string, kind: MetricKind, labels: readonly string[] = []): void {
  if (!/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name)) throw new TypeError(`"${name}" is not a metric name: use letters, digits, _ and :.`)
  if (kind === 'counter' && !name.endsWith('_total')) throw new TypeError(`The counter ${name} must end in _total: call it ${name}_total.`)
  const taken = reserved[kind].exec(name)
  if (taken !== null) throw new TypeError(`The ${kind} ${name} must not end in ${taken[0]}: that is what series of other kinds end in.`)
  const unit = name
    .replace(/_total$/, '')
    .split('_')
    .at(-1)!
  if (Object.hasOwn(others, unit))
    throw new TypeError(`The ${kind} ${name} is in ${unit}: measure in ${others[unit]}, and end the name in _${others[unit]}.`)
  for (const label of labels) assertLabel(name, kind, label)
}

function assertLabel(name: string, kind: MetricKind, label: string): void {
  if (!/^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/.test(label) || label === 'le' || (kind === 'summary' && label === 'quantile'))
    throw new TypeError(`"${label}" cannot label ${name}: use letters, digits and _, not le or quantile, no __ in front.`)
}

/** The unit that a name ends in, if it is one. */
export function unitOf(name: string): string | undefined {
  const word = name
    .replace(/_total$/, '')
    .split('_')
    .at(-1)!
  return (baseUnits as readonly string[]).includes(word) ? word : undefined
}
