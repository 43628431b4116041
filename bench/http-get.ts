import { cost, requireWrk, toCells } from './lib/load.ts'
import { startServer } from './lib/process.ts'
import { keep } from './lib/report.ts'
import { alternate } from './lib/rounds.ts'

/** `GET` of a small JSON object: what the framework costs beside `node:http` alone. */
export async function run(): Promise<void> {
  requireWrk()
  const servers = {
    'node:http': await startServer(['bench/servers/raw-get.mjs']),
    'Fastify 5, with its schema': await startServer(['bench/servers/fastify-get.mjs']),
    throughline: await startServer(['-C', '@throughline/source', 'bench/servers/throughline-get.ts'], {
      NODE_ENV: 'production',
      PORT: '0',
      LOG_LEVEL: 'silent',
    }),
  }
  const names = ['node:http', 'Fastify 5, with its schema', 'throughline'] as const
  const results = await alternate(names, 15, async (name) => cost(servers[name], { url: `${servers[name].url}/users/42`, seconds: 1 }))
  await Promise.all(names.map((name) => servers[name].stop()))
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
