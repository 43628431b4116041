import { eventTable } from '../framework/src/std/event-table.ts'

/** docs/events.md, from the table of all events. */
export function eventsPage() {
  const rows = Object.entries(eventTable).map(([event, { levels, means }]) => `| \`${event}\` | ${levels.join(', ')} | ${means} |`)
  return `# Events

Every event that the framework itself writes to the log, made from [event-table.ts](../framework/src/std/event-table.ts) by \`npm run docs\`. \`throughline events\` adds those of the application.

The level says who has to care, and when.

| Level | Means | Alert |
| --- | --- | --- |
| debug | What a developer wants to see who looks for something. Off, but for a while and for some. | none |
| info | Something has happened as it should. | none |
| warn | Something is not as it should be, and nobody is hurt yet. | the trend: more this week than last week |
| error | Somebody did not get what they asked for, and it is ours to mend. | a rate above what is usual |
| fatal | The process is going down. | at once, each one |

| Event | Level | What it means |
| --- | --- | --- |
${rows.join('\n')}
`
}
