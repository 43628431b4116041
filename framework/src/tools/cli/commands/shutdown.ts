import { inspect, type Inspection } from '../../../app.ts'
import { drainDelayOf } from '../../../app-stop.ts'
import { stopSteps } from '../../../app-stop-steps.ts'
import { signalTable } from '../../../system/lifecycle/index.ts'
import { BootError } from '../../../std/errors.ts'
import type { Command } from '../command.ts'
import { table } from '../terminal.ts'

/** `throughline shutdown` */
export const shutdown: Command = {
  usage: 'shutdown [explain]',
  summary: 'Show what each signal does, and in which order and time this application stops',
  async run({ application, sources, words: [action = 'explain'] }) {
    if (action !== 'explain') throw new BootError('usage-wrong', `shutdown cannot ${action}.`, { fix: 'It can: explain.' })
    const inspection = inspect(await application(), { sources })
    const steps = stopSteps(inspection, sources.env)
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

function longestOf({ settings }: Inspection, env: Readonly<Record<string, string | undefined>>): number {
  return drainDelayOf(settings, env) + settings.shutdownGrace + 1_000
}

function toSeconds(ms: number): string {
  return `${ms / 1_000} s`
}
