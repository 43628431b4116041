import { client, endpoint, stream } from 'throughline/contract'
import { implement } from 'throughline/http'
import * as z from 'zod'

const Row = z.object({ id: z.int(), at: z.string().default('now') })

const contract = {
  list: endpoint('GET /rows', { summary: 'List', auth: 'none', returns: stream(Row), produces: ['application/x-ndjson'] }),
  take: endpoint('POST /rows', { summary: 'Take', auth: 'none', body: stream(Row), accepts: ['application/x-ndjson'] }),
}

implement(contract, {
  list: async function* () {
    yield { id: 1 }
  },
  take: async ({ body }) => {
    for await (const { id, at } of body) {
      id satisfies number
      // Items are checked and converted: what has a default is there.
      at satisfies string
    }
  },
})

implement(contract, {
  list: () => [{ id: 1 }, { id: 2, at: 'then' }],
  take: ({ body }) => {
    // @ts-expect-error -- nobody knows how many there will be
    body.length satisfies number
  },
})

implement(contract, {
  // @ts-expect-error -- the items are not what the contract promises
  list: () => [{ id: '1' }],
  take: () => undefined,
})

const api = client(contract, { baseUrl: '' })
const outcome = await api.list()
if (outcome.ok) for await (const { at } of outcome.value) at satisfies string
await api.take({ body: [{ id: 1 }] })
// @ts-expect-error -- misspelt
await api.take({ body: [{ idd: 1 }] })
