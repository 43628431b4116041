import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import * as z from 'zod'
import { openSite } from '../../test/http/site.ts'
import { endpoint } from '../contract/endpoint.ts'
import { stream } from '../contract/stream.ts'
import { after as afterwards } from './handle/after.ts'
import { implement } from './implement.ts'

const Numbered = z.object({ n: z.int() })
const params = z.object({ n: z.coerce.number<string>().int() })
const contract = {
  fine: endpoint('GET /fine/{n}', { summary: 'Waits for all, then answers', auth: 'none', params, returns: Numbered }),
  atOnce: endpoint('GET /at-once/{n}', { summary: 'Throws', auth: 'none', params, returns: Numbered }),
  later: endpoint('GET /later/{n}', { summary: 'Rejects', auth: 'none', params, returns: Numbered }),
  noError: endpoint('GET /no-error/{n}', { summary: 'Throws what is no error', auth: 'none', params, returns: Numbered }),
  halfway: endpoint('GET /halfway/{n}', {
    summary: 'Fails in the middle of its answer',
    auth: 'none',
    params,
    returns: stream(Numbered),
    produces: ['application/x-ndjson'],
  }),
  behind: endpoint('GET /behind/{n}', { summary: 'Fails behind its answer', auth: 'none', params, returns: Numbered }),
}
const kinds = Object.keys(contract).filter((kind) => kind !== 'fine')

describe('a request that fails', () => {
  let site: Awaited<ReturnType<typeof openSite>>
  const everybodyIsHere = Promise.withResolvers<void>()
  before(async () => {
    const routes = implement(contract, {
      fine: async ({ params: { n } }) => {
        await everybodyIsHere.promise
        return { n }
      },
      atOnce: () => {
        throw new Error('at once')
      },
      later: () => Promise.reject(new Error('later')),
      noError: () => {
        // oxlint-disable-next-line typescript/only-throw-error -- somebody will
        throw 'a string'
      },
      halfway: async function* ({ params: { n } }) {
        yield { n }
        throw new Error('halfway')
      },
      behind: (c) => {
        afterwards(c, () => {
          throw new Error('behind')
        })
        return { n: c.params.n }
      },
    })
    site = await openSite({ routes })
  })
  after(() => site.close())

  it('takes no other with it, in whatever way it fails and however many do at once · M15.15', async () => {
    const fine = Array.from({ length: 20 }, async (_, n) => (await fetch(`${site.url}/fine/${n}`)).json())
    const paths = ['at-once', 'later', 'no-error', 'halfway', 'behind']
    assert.equal(paths.length, kinds.length)
    const failing = Array.from({ length: 10 }, (_, n) => paths.map((path) => outcome(`${site.url}/${path}/${n}`))).flat()
    const outcomes = await Promise.all(failing)
    everybodyIsHere.resolve()
    assert.deepEqual(outcomes.slice(0, paths.length), [500, 500, 500, 'cut', 200])
    assert.deepEqual(new Set(outcomes), new Set([500, 'cut', 200]))
    assert.deepEqual(
      await Promise.all(fine),
      Array.from({ length: 20 }, (_, n) => ({ n })),
    )
    assert.equal(site.site.inFlight.count, 0)
    assert.equal(site.site.background.count, 0)
  })
})

/** The status, or that the answer was not whole. */
async function outcome(url: string): Promise<number | 'cut'> {
  try {
    const response = await fetch(url)
    await response.text()
    return response.status
  } catch {
    return 'cut'
  }
}
