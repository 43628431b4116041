export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

/**
 * Measures each candidate once a round, forwards and backwards in turn, after one round that does not count.
 * Machines drift by a factor of two between minutes, so only figures of the same round are compared.
 */
export async function alternate<Name extends string, Value = number>(
  names: readonly Name[],
  rounds: number,
  measure: (name: Name) => Promise<Value>,
): Promise<Record<Name, Value[]>> {
  const results = Object.fromEntries(names.map((name) => [name, [] as Value[]])) as Record<Name, Value[]>
  for (let round = -1; round < rounds; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const value = await measure(name)
      if (round >= 0) results[name].push(value)
    }
  }
  return results
}

/** `of` against `to`, round by round. */
export function ratios(of: readonly number[], to: readonly number[]): Spread {
  return spread(of.map((value, i) => value / to[i]!))
}

export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
  return { median, min: sorted[0]!, max: sorted.at(-1)! }
}

export function show({ median, min, max }: Spread, digits = 2): string {
  return `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`
}
