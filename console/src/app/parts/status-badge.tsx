import type { Operation } from '../../../../framework/src/std/operation.ts'

export interface StatusBadgeProps {
  readonly status: number
  readonly outcome: Operation['outcome']
}

const words = { ok: 'ok', refused: 'refused', failed: 'failed' } as const

/** A status, or the outcome of what has none. Colour is never all: the number says the same. */
export function StatusBadge({ status, outcome }: StatusBadgeProps) {
  const tone = outcome !== 'ok' ? outcome : status >= 300 && status < 400 ? 'moved' : 'ok'
  return <span class={`status is-${tone}`}>{status === 0 ? words[outcome] : status}</span>
}
