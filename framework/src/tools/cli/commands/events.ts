import { eventTable } from '../../../std/event-table.ts'
import type { Command } from '../command.ts'

export const events: Command = {
  usage: 'events [WORD]',
  summary: 'List what the log may tell: the events of the application and of the framework',
  async run({ application, words: [word = ''] }) {
    const own = ((await application()).events ?? []).map(({ event, level, means }) => ({
      event,
      levels: [level],
      means,
      of: 'application',
    }))
    const ours = Object.entries(eventTable).map(([event, { levels, means }]) => ({ event, levels, means, of: 'framework' }))
    const found = [...own, ...ours].filter(({ event, means }) => `${event} ${means}`.toLowerCase().includes(word.toLowerCase()))
    return {
      json: found,
      text: (paint) =>
        found
          .map(
            ({ event, levels, means, of }) =>
              `${of === 'application' ? paint('green', event) : event}  ${paint('dim', levels.join(', '))}\n  ${means}`,
          )
          .join('\n'),
      exitCode: found.length === 0 ? 1 : 0,
    }
  },
}
