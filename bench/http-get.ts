import { requireWrk, toCells } from './lib/load.ts'
import { startServer } from './lib/process.ts'
import { race } from './lib/race.ts'
import { keep } from './lib/report.ts'

/** `GET` of a small JSON object: what the framework costs beside `node:http` alone. */
export async function run(): Promise<void> {
  requireWrk()
  const programs = {
    'node:http': ['bench/servers/raw-get.mjs'],
    'Fastify 5, with its schema': ['bench/servers/fastify-get.mjs'],
    throughline: ['-C', '@throughline/source', 'bench/servers/throughline-get.ts'],
  }
  const names = Object.keys(programs) as (keyof typeof programs)[]
  const results = await race(names, {
    processes: 3,
    rounds: 7,
    start: (name) => startServer(programs[name], { NODE_ENV: 'production', PORT: '0', LOG_LEVEL: 'silent' }),
    load: ({ url }) => ({ url: `${url}/users/42`, seconds: 1 }),
  })
  keep('http-get', {
    order: 1,
    title: 'GET of a small JSON object',
    method:
      "`GET /users/42` with the same response headers, 64 connections, server on one core, wrk on the other, no access log in either. The framework's side is its whole default pipeline: request id, deadline, histogram, contract serialisation.",
    columns: ['server', 'requests/s, median', 'ratio', 'CPU µs a request, lowest', 'ratio, less is better'],
    rows: names.map((name) => [name, ...toCells(results[name], results['node:http'])]),
    chart: { values: [1] },
  })
}
