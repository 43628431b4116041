import { inspect, type Inspection } from '../../../app.ts'
import { drainDelayOf } from '../../../app-stop.ts'
import { signalTable } from '../../../system/lifecycle/index.ts'
import { toStartOrder, toStopOrder } from '../../../system/lifecycle/order.ts'
import type { StopPhase } from '../../../std/resource.ts'
import { BootError } from '../../../std/errors.ts'
import type { Command } from '../command.ts'
import { table } from '../terminal.ts'

const meaning: Readonly<Record<StopPhase, string>> = {
  requests: 'refuse new connections, finish requests',
  jobs: 'hand back jobs, release leases',
  flush: 'hand over what waits to be sent',
  close: 'close pools, caches, files, sockets',
}

/** `throughline shutdown` */
export const shutdown: Command = {
  usage: 'shutdown [explain]',
  summary: 'Show what each signal does, and in which order and time this application stops',
  async run({ application, sources, words: [action = 'explain'] }) {
    if (action !== 'explain') throw new BootError('usage-wrong', `shutdown cannot ${action}.`, { fix: 'It can: explain.' })
    const inspection = inspect(await application(), { sources })
    const steps = stepsOf(inspection, sources.env)
    const json = { signals: signalTable, steps, longest: longestOf(inspection, sources.env) }
    return {
      json,
      text: (paint) =>
        [
          table(
            ['signal', 'what it does'],
            signalTable.map(({ signal, does }) => [{ text: signal, colour: 'bold' }, does]),
            paint,
          ),
          '',
          table(
            ['step', 'what happens', 'of this application', 'at most'],
            steps.map(({ step, does, resources, most }, index) => [
              { text: `${index + 1} ${step}`, colour: 'bold' },
              does,
              resources.length === 0 ? { text: '–', colour: 'dim' } : resources.join(', '),
              most,
            ]),
            paint,
          ),
          '',
          `Gone after ${toSeconds(json.longest)} at the latest; whoever sends SIGKILL should wait longer than that.`,
        ].join('\n'),
    }
  },
}

interface Step {
  readonly step: string
  readonly does: string
  /** In the order in which they close. */
  readonly resources: readonly string[]
  readonly most: string
}

function stepsOf({ settings, opened }: Inspection, env: Readonly<Record<string, string | undefined>>): Step[] {
  const grace = toSeconds(settings.shutdownGrace)
  const budget = (phase: StopPhase) =>
    phase === 'requests' && settings.requestGrace !== undefined
      ? `${toSeconds(settings.requestGrace)} of the grace`
      : `what is left of ${grace}`
  const phases = toStopOrder(toStartOrder(opened)).map(({ phase, resources }): Step => ({
    step: phase,
    does: meaning[phase],
    resources: resources.map(({ name }) => name),
    most: budget(phase),
  }))
  return [
    { step: 'drain', does: 'readiness turns 503, last answers say so, nothing new is begun', resources: [], most: 'at once' },
    { step: 'delay', does: 'keep serving while load balancers notice', resources: [], most: toSeconds(drainDelayOf(settings, env)) },
    ...phases,
    { step: 'exit', does: '0, or 1 when something was cut', resources: [], most: '1 s, for cutting included' },
  ]
}

function longestOf({ settings }: Inspection, env: Readonly<Record<string, string | undefined>>): number {
  return drainDelayOf(settings, env) + settings.shutdownGrace + 1_000
}

function toSeconds(ms: number): string {
  return `${ms / 1_000} s`
}
