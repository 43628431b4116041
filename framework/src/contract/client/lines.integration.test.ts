import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import * as z from 'zod'
import { openSite } from '../../../test/http/site.ts'
import { implement } from '../../http/implement.ts'
import { endpoint } from '../endpoint.ts'
import { stream } from '../stream.ts'
import { client } from './client.ts'

const Row = z.object({ id: z.int(), text: z.string() })
const lines = 'application/x-ndjson'

const contract = {
  list: endpoint('GET /rows', { summary: 'List', auth: 'none', returns: stream(Row), produces: ['text/csv', lines] }),
  plain: endpoint('GET /plain', { summary: 'As JSON only', auth: 'none', returns: stream(Row) }),
  endless: endpoint('GET /endless', { summary: 'Endless', auth: 'none', returns: stream(Row), produces: [lines] }),
  breaks: endpoint('GET /breaks', { summary: 'Breaks off', auth: 'none', returns: stream(Row), produces: [lines] }),
  count: endpoint('POST /rows', { summary: 'Count', auth: 'none', body: stream(Row), accepts: [lines], returns: z.int(), status: 200 }),
}

async function* rows(most: number, closed: () => void = () => {}) {
  try {
    for (let id = 0; id < most; id++) yield { id, text: `ä ${id}` }
  } finally {
    closed()
  }
}

describe('a typed client of streams', () => {
  const closed = Promise.withResolvers<void>()
  let site: Awaited<ReturnType<typeof openSite>>
  let api: ReturnType<typeof client<typeof contract>>
  before(async () => {
    site = await openSite({
      bodyLimit: 100_000,
      routes: implement(contract, {
        list: () => rows(3),
        plain: () => rows(2),
        endless: () => rows(Infinity, closed.resolve),
        breaks: async function* () {
          yield* rows(1000)
          throw new Error('gone')
        },
        count: async ({ body }) => {
          let count = 0
          for await (const { id } of body) count += id >= 0 ? 1 : 0
          return count
        },
      }),
    })
    api = client(contract, { baseUrl: site.url })
  })
  after(() => site.close())

  it('gives the items as they arrive, whatever form the server knows', async () => {
    for (const [outcome, expected] of [
      [await api.list(), 3],
      [await api.plain(), 2],
    ] as const) {
      assert.ok(outcome.ok)
      const texts: string[] = []
      for await (const { text } of outcome.value) texts.push(text)
      assert.deepEqual(texts, ['ä 0', 'ä 1', 'ä 2'].slice(0, expected))
    }
  })

  it('lets the server stop when it has seen enough', async () => {
    const outcome = await api.endless()
    assert.ok(outcome.ok)
    for await (const { id } of outcome.value) if (id === 10) break
    await closed.promise
  })

  it('never takes a broken list for a whole one', async () => {
    await assert.rejects(async () => {
      const outcome = await api.breaks()
      if (outcome.ok) for await (const _ of outcome.value);
    })
  })

  it('sends a list at once, or while it is made', async () => {
    for (const body of [[{ id: 1, text: 'a' }], rows(300)]) {
      const outcome = await api.count({ body })
      assert.ok(outcome.ok)
      assert.equal(outcome.value, Array.isArray(body) ? 1 : 300)
    }
    const refused = await api.count({ body: [{ id: 1.5, text: 'a' }] })
    assert.equal(!refused.ok && refused.problem.type, 'validation-failed')
  })
})
