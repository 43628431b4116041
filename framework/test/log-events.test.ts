import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { eventTable } from '../src/std/event-table.ts'
import { logCalls } from '../src/tools/cli/log-calls.ts'
import { isTest, none, sourceFiles } from './source-tree.ts'

const table = 'framework/src/std/event-table.ts'
const calls = sourceFiles('framework/src/**/*.ts', 'orders/**/*.ts')
  .filter(({ path }) => !isTest(path))
  .flatMap(({ path, text }) => logCalls(text).map((call) => ({ ...call, path, text })))
const listed = new Map<string, readonly string[]>(Object.entries(eventTable).map(([event, { levels }]) => [event, levels]))

describe('the events of the log', () => {
  it('have constant names: a message that is put together cannot be found again · M17.2', () => {
    assert.ok(calls.length > 50, `${calls.length} calls were found`)
    none(calls.map(({ path, line, isInterpolated }) => (isInterpolated ? `${path}:${line}: put what varies into the fields` : undefined)))
  })

  it('are all in the catalogue, with their levels; a name that is handed on is typed by it · M17.2', () => {
    none(
      calls
        .filter(({ path }) => path.startsWith('framework/'))
        .flatMap(({ path, line, level, events, text }) => {
          if (events.length === 0)
            return /: EventName\b/.test(text) ? [] : [`${path}:${line}: a name that is handed on must be an EventName`]
          return events.map((event) =>
            listed.get(event)?.includes(level) ? undefined : `${path}:${line}: ${level} '${event}' is not in ${table}`,
          )
        }),
    )
  })

  it('of the catalogue are all written somewhere · M17.2', () => {
    const sources = sourceFiles('framework/src/**/*.ts').filter(({ path }) => path !== table && !isTest(path))
    none(
      [...listed.keys()]
        .filter((event) => !sources.some(({ text }) => text.includes(`'${event}'`)))
        .map((event) => `nothing writes '${event}'`),
    )
  })

  it('are all on docs/events.md · M17.2', () => {
    const [page] = sourceFiles('docs/events.md')
    none([...listed.keys()].map((event) => (page?.text.includes(`| \`${event}\` |`) ? undefined : `${event} is missing: run npm run docs`)))
  })
})
