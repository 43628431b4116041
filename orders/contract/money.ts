import * as z from 'zod'

export const Currency = z
  .enum(['USD', 'EUR', 'GBP'])
  .meta({ id: 'Currency', description: 'ISO 4217. All of these have two digits after the point.', examples: ['USD'] })

/** Currency units, never minor ones: `19.5` is nineteen dollars fifty. */
export const Amount = z
  .number()
  .min(0)
  .max(1_000_000)
  .multipleOf(0.01)
  .meta({ id: 'Amount', description: 'Money in units of its currency, exact to the hundredth.', examples: [249.5] })

/** A sum of amounts, which may be larger than any single one. */
export const Total = z
  .number()
  .min(0)
  .multipleOf(0.01)
  .meta({ id: 'Total', description: 'A sum in units of its currency.', examples: [499] })

export type Currency = z.output<typeof Currency>
