import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import * as z from 'zod'
import { openSite } from '../../../test/http/site.ts'
import { implement } from '../../http/implement.ts'
import { endpoint } from '../endpoint.ts'
import { file, files, form } from '../form.ts'
import { snakeCase } from '../naming/naming.ts'
import { patch } from '../patch.ts'
import { stream } from '../stream.ts'
import { client } from './client.ts'

const Item = z.object({ unitPrice: z.number().min(0), mail: z.email().optional(), size: z.enum(['s', 'm']).default('s') })
const contract = {
  add: endpoint('POST /items', { summary: 'Add', auth: 'none', body: Item, status: 204, naming: snakeCase }),
  drop: endpoint('POST /dropped', { summary: 'Add, the rest dropped', auth: 'none', body: Item, status: 204, unknownMembers: 'drop' }),
  slow: endpoint('POST /slow', {
    summary: 'Add, when it has been thought over',
    auth: 'none',
    body: z.object({ n: z.int().refine(async (n) => n !== 7) }),
    status: 204,
  }),
  send: endpoint('POST /form', {
    summary: 'Send',
    auth: 'none',
    body: form({ age: z.int().optional(), photo: file({ types: ['image/png'] }) }),
    status: 204,
  }),
  sendAll: endpoint('POST /forms', {
    summary: 'Send all',
    auth: 'none',
    body: form({ title: z.string().min(2), photos: files() }),
    status: 204,
  }),
  change: endpoint('PATCH /items', { summary: 'Change', auth: 'none', body: patch(Item), status: 204 }),
  pour: endpoint('POST /stream', { summary: 'Pour', auth: 'none', body: stream(Item), status: 204 }),
  read: endpoint('GET /items', { summary: 'Read', auth: 'none', status: 204 }),
}
const done = () => {}
const routes = implement(contract, {
  add: done,
  drop: done,
  slow: done,
  send: done,
  sendAll: done,
  change: done,
  pour: done,
  read: done,
})
const png = new File(['x'], 'a.png', { type: 'image/png' })
const html = new File(['x'], 'a.html', { type: 'text/html' })

describe('a body checked before it is sent · M06.5', () => {
  let site: Awaited<ReturnType<typeof openSite>>
  let asked = 0
  const api = () => client(contract, { baseUrl: site.url, fetch: (url, init) => (asked++, fetch(url, init)) })
  before(async () => void (site = await openSite({ routes })))
  after(() => site.close())

  const bodies = {
    add: [{ unitPrice: 1 }, { unitPrice: -1, mail: 'x', size: 'l' }, {}, null, [], 'x'],
    drop: [{ unitPrice: 1, other: 1 }, { other: 1 }],
    slow: [{ n: 1 }, { n: 1, other: 1 }, { n: 7 }, { n: '7' }],
    send: [{ age: 1, photo: png }, { age: 1.5, photo: png }, { age: undefined, photo: png }, { photo: html }, { age: 1 }],
    sendAll: [
      { title: 'ab', photos: [png, html] },
      { title: 'a', photos: [png] },
    ],
  }
  for (const [name, list] of Object.entries(bodies))
    it(`gives the issues of the server, and asks nobody: ${name}`, async () => {
      const call = api()[name as keyof typeof bodies]
      for (const body of list) {
        asked = 0
        const issues = await call.validate(body)
        assert.equal(asked, 0)
        const outcome = await call({ body: body as never })
        const said = outcome.ok ? [] : outcome.problem.errors
        assert.deepEqual(issues, said, JSON.stringify(body))
      }
    })

  it('is not there where a body says nothing by itself, or there is none', () => {
    for (const name of ['change', 'pour', 'read'] as const) assert.ok(!('validate' in api()[name]), name)
  })
})
