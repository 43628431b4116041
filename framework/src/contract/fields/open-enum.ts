import * as z from 'zod'

/** One of the known values, or one that a newer peer has: editors complete the known ones, and comparing with them narrows. */
export type OpenEnum<Known extends string> = Known | (string & {})

/**
 * A set of names that grows: a value that is not among the known ones is kept as it came, where `z.enum()` refuses it.
 *
 * In JSON Schema a string with `x-extensible-enum`, in Protobuf and Avro a string, so that older readers still read it.
 * Unknown values have 1 to `longest` characters (default 100), and code that decides by them needs a branch for the rest.
 *
 * ```ts
 * import { openEnum } from 'throughline/contract/fields'
 * import * as z from 'zod'
 *
 * export const Parcel = z.object({ id: z.string(), carrier: openEnum(['dhl', 'ups']) })
 *
 * const nameOf = ({ carrier }: z.output<typeof Parcel>) => (carrier === 'dhl' ? 'DHL' : carrier === 'ups' ? 'UPS' : `Carrier ${carrier}`)
 * ```
 */
export function openEnum<const Known extends string>(
  known: readonly Known[],
  { longest = 100 }: { longest?: number } = {},
): z.ZodType<OpenEnum<Known>, OpenEnum<Known>> {
  const open = z
    .string()
    .min(1)
    .max(longest)
    .meta({ 'x-extensible-enum': [...known] })
  return open as unknown as z.ZodType<OpenEnum<Known>, OpenEnum<Known>>
}
