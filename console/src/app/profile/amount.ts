import type { Profile } from '../../../../framework/src/std/profile.ts'
import { toBytes, toMs } from '../state/format.ts'

export function toAmount(value: number, unit: Profile['unit']): string {
  return unit === 'ms' ? `${toMs(value)} ms` : toBytes(value)
}
