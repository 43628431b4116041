import { openEnum, type OpenEnum } from 'throughline/contract/fields'
import * as z from 'zod'

const Parcel = z.object({ carrier: openEnum(['dhl', 'ups']), other: openEnum(['a']).optional() })
type Carrier = z.output<typeof Parcel>['carrier']

const known: Carrier = 'dhl'
const newer: Carrier = 'drone'
known satisfies OpenEnum<'dhl' | 'ups'>
newer satisfies OpenEnum<'dhl' | 'ups'>

const nameOf = (carrier: Carrier): string => {
  if (carrier === 'dhl') return carrier satisfies 'dhl' | (string & {})
  // What is not known is still a string.
  return carrier.toUpperCase()
}
nameOf('ups')
Parcel.parse({}).other satisfies string | undefined
// @ts-expect-error -- no number is a name
nameOf(7)
// @ts-expect-error -- the known ones are strings
openEnum([1, 2])
