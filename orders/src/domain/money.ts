// Every currency of the contract has two digits. One with other digits needs its own factor here.
const minorPerUnit = 100

/** Money as the rest of `domain/` and `store/` know it: whole minor units (cents), safe to add up. */
export type Minor = number

/** From what callers write. Throws when the amount has a fraction of a cent: rounding it would make money or lose it. */
export function toMinor(amount: number): Minor {
  const minor = Math.round(amount * minorPerUnit)
  if (!Number.isSafeInteger(minor) || minor / minorPerUnit !== amount) {
    throw new RangeError(`${amount} is not a whole number of cents that can be counted exactly.`)
  }
  return minor
}

export function toAmount(minor: Minor): number {
  return minor / minorPerUnit
}
