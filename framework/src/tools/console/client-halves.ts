import { BadRequest } from '../../contract/problems.ts'
import type { ClientPhase, ClientTimings, PhaseName } from '../../contract/trace/client-timings.ts'
import type { Operation } from '../../std/operation.ts'
import type { ClientView } from './views.ts'

const order: readonly PhaseName[] = ['dns', 'tcp', 'tls', 'request', 'waiting', 'content']
/** Milliseconds by which sums may differ: clocks are rounded. */
const slack = 1

/** What clients saw of recorded requests. It is forgotten with the operation that it is about, so it needs no bound of its own. */
export class ClientHalves {
  readonly #timings = new WeakMap<Operation, ClientTimings>()

  /** In place of what was told before. Throws `BadRequest` for phases that are no sequence. */
  keep(operation: Operation, timings: ClientTimings): void {
    const { total, phases } = timings
    let end = 0
    let last = -1
    for (const { name, start, ms } of phases) {
      const place = order.indexOf(name)
      if (place <= last) throw refused(`"${name}" stands behind what comes after it`)
      if (Math.abs(start - end) > slack) throw refused(`"${name}" does not begin where the phase before it ends`)
      last = place
      end = start + ms
    }
    // What was recorded had been sent; without these two nobody could say where on the client's axis the server's work was.
    if (!phases.some(({ name }) => name === 'request') || !phases.some(({ name }) => name === 'waiting'))
      throw refused('A request that was recorded was sent, and waited for')
    const sum = phases.reduce((all, { ms }) => all + ms, 0)
    if (Math.abs(sum - total) > slack || Math.abs(end - total) > slack) throw refused('The phases do not add up to the total')
    this.#timings.set(operation, { ...timings, phases: phases.map((phase) => within(phase, total)) })
  }

  of(operations: readonly Operation[]): ClientView[] {
    return operations.flatMap((operation) => {
      const timings = this.#timings.get(operation)
      return timings === undefined ? [] : [{ spanId: operation.spanId, timings }]
    })
  }
}

/** A part that goes beyond the end would stretch the axis of everything else. */
function within(phase: ClientPhase, total: number): ClientPhase {
  if (phase.parts === undefined) return phase
  const parts = phase.parts.map((part) => {
    const start = Math.min(part.start, total)
    return { ...part, start, ms: Math.min(part.ms, total - start) }
  })
  return { ...phase, parts }
}

function refused(detail: string): Error {
  return BadRequest({ detail: `${detail}.` })
}
