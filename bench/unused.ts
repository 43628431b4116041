import { inspect } from 'throughline'
import { requireWrk, toCells } from './lib/load.ts'
import { startServer } from './lib/process.ts'
import { race } from './lib/race.ts'
import { keep } from './lib/report.ts'
import { unusedApplication } from './servers/unused-application.ts'

export const contestants = { 'the route alone': 'nothing', 'beside routes that use every stage': 'everything' } as const

/** What a route pays for stages that only others use. */
export async function run(): Promise<void> {
  requireWrk()
  const names = Object.keys(contestants) as (keyof typeof contestants)[]
  const [steps, others] = names.map((name) => stepsOf(contestants[name]).join(' → '))
  if (steps !== others) throw new Error(`The routes are not the same: ${steps}, and ${others}`)
  const results = await race(names, {
    processes: 3,
    rounds: 7,
    start: (name) =>
      startServer(['-C', '@throughline/source', 'bench/servers/unused.ts'], {
        NODE_ENV: 'production',
        PORT: '0',
        LOG_LEVEL: 'silent',
        BESIDE: contestants[name],
      }),
    load: ({ url }) => ({ url: `${url}/users/42`, seconds: 1 }),
  })
  keep('unused', {
    order: 4.3,
    title: 'Cost against unused stages',
    method: `\`GET /users/42\` of an application with nothing else, and of one whose other routes have CORS, rate limits, idempotency, versions, deprecation, negotiation, conditions, checks and layers; 64 connections, server on one core, wrk on the other. Goal: no cost. In both, \`throughline pipeline\` prints these steps of the route: ${steps}.`,
    columns: ['the route', 'requests/s, median', 'ratio', 'CPU µs a request, lowest', 'ratio, less is better'],
    rows: names.map((name) => [name, ...toCells(results[name], results['the route alone'])]),
  })
}

/** Of the bare route, as `throughline pipeline` prints them. */
export function stepsOf(beside: (typeof contestants)[keyof typeof contestants]): string[] {
  const { pipelines } = inspect(unusedApplication(beside), { sources: { env: { NODE_ENV: 'production' }, argv: [] } })
  return pipelines.find(({ label }) => label === 'GET /users/{userId}')!.steps.map(({ label }) => label)
}
