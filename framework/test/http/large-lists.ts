import * as z from 'zod'
import { endpoint } from '../../src/contract/endpoint.ts'
import { stream } from '../../src/contract/stream.ts'
import { implement } from '../../src/http/implement.ts'
import { openSite } from './site.ts'

// A server in a process of its own: what a test runner keeps of every promise would be measured with it.

const Row = z.object({ id: z.int(), text: z.string() })
const formats = ['application/json', 'application/x-ndjson', 'text/csv']

const contract = {
  out: endpoint('GET /out', { summary: 'Out', auth: 'none', query: z.object({ rows: z.int() }), returns: stream(Row), produces: formats }),
  in: endpoint('POST /in', {
    summary: 'In',
    auth: 'none',
    body: stream(Row),
    accepts: ['application/x-ndjson'],
    bodyLimit: 2 ** 30,
    returns: z.object({ rows: z.int() }),
    status: 200,
  }),
  peak: endpoint('GET /peak', { summary: 'The most memory so far, in MiB', auth: 'none', returns: z.number() }),
}

const text = 'x'.repeat(200)

const routes = implement(contract, {
  out: async function* ({ query }) {
    for (let id = 0; id < query.rows; id++) yield { id, text }
  },
  in: async ({ body }) => {
    let rows = 0
    for await (const _ of body) rows++
    return { rows }
  },
  peak: () => process.resourceUsage().maxRSS / 1024,
})

const site = await openSite({ routes, deadline: 120_000 })
process.stdout.write(site.url)
