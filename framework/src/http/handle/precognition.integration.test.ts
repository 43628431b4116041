import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import * as z from 'zod'
import { openSite } from '../../../test/http/site.ts'
import { check } from '../../contract/check.ts'
import { endpoint } from '../../contract/endpoint.ts'
import { toOpenApi } from '../../contract/openapi.ts'
import { problem } from '../../contract/problem.ts'
import { database, sql, tables, type Db } from '../../services/db/index.ts'
import { idempotency, idempotencyMigrations } from '../../services/idempotency/index.ts'
import { systemClock } from '../../std/clock.ts'
import { silentLog } from '../../std/log.ts'
import { implement } from '../implement.ts'

const NameTaken = problem('name-taken', 409, z.object({ name: z.string() }))
const nameIsFree = check(NameTaken, (name: string) => ({ name }))
const Team = z.object({
  name: z.string().trim().min(1).max(20),
  email: z.email(),
  members: z.array(z.object({ age: z.int().max(150) })).default([]),
})
const promises = {
  summary: 'Create',
  auth: 'user',
  body: Team,
  idempotent: 'required',
  returns: Team,
  errors: [NameTaken],
} as const
const contract = {
  nameIsFree,
  create: endpoint('POST /teams', { ...promises, checks: { name: nameIsFree }, precognition: true }),
  createBlindly: endpoint('POST /blind-teams', promises),
}

describe('a request that only asks whether it would be right · M06.7', () => {
  const db: Db = database('pglite:memory', { log: silentLog, clock: systemClock, migrations: [idempotencyMigrations] })
  let site: Awaited<ReturnType<typeof openSite>>
  let handled = 0
  let asked = 0

  before(async () => {
    await db.open()
    const routes = implement(contract, {
      nameIsFree: (names) => (asked++, names.filter((name) => name !== 'Taken')),
      create: ({ body }) => (handled++, body),
      createBlindly: ({ body }) => (handled++, body),
    })
    const authenticate = ({ headers }: { headers: Readonly<Record<string, string>> }) =>
      headers['authorization'] === undefined ? undefined : { id: 'ann', roles: [] }
    site = await openSite({ routes, authenticate, idempotency: idempotency({ db }) })
  })
  after(async () => {
    await site.close()
    await db.close()
  })
  beforeEach(() => {
    handled = 0
    asked = 0
  })

  const post = async (body: unknown, headers: Record<string, string> = {}, path = '/teams') => {
    const response = await fetch(site.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'ann', ...headers },
      body: JSON.stringify(body),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) }
  }
  const ask = (body: unknown, only?: string, more: Record<string, string> = {}) =>
    post(body, { precognition: 'true', ...(only !== undefined && { 'precognition-validate-only': only }), ...more })
  const kept = async () =>
    Number((await sql<{ n: string }>`select count(*) as n from idempotency_answers`.execute(tables<object>()(db))).rows[0]!.n)
  const right = { name: 'Blue', email: 'blue@x.com' }

  it('is 204 with Precognition-Success, and nothing is done: no handler, no idempotency key', async () => {
    const { status, headers, body } = await ask(right, undefined, { 'idempotency-key': 'k-1' })
    assert.deepEqual([status, body], [204, undefined])
    assert.deepEqual([headers.get('precognition'), headers.get('precognition-success')], ['true', 'true'])
    assert.match(headers.get('vary')!, /\bprecognition\b/)
    assert.deepEqual([handled, asked, await kept()], [0, 1, 0])
    const done = await post(right, { 'idempotency-key': 'k-1' })
    assert.deepEqual([done.status, done.headers.get('idempotency-replayed'), handled], [201, null, 1])
    assert.deepEqual([done.headers.get('precognition'), done.headers.get('precognition-success')], [null, null])
  })

  it('needs no idempotency key where the real one does', async () => {
    assert.equal((await ask(right)).status, 204)
    assert.equal((await post(right)).body.code, 'idempotency-key-required')
  })

  it('is refused exactly as the real one would be, and says that it was one', async () => {
    for (const wrong of [
      { name: '', email: 'x' },
      { ...right, name: 'Taken' },
      { ...right, evil: 1 },
    ]) {
      const [foreseen, real] = [await ask(wrong), await post(wrong, { 'idempotency-key': `wrong-${Object.keys(wrong).length}` })]
      const essence = ({ status, body }: typeof real) => [status, body.code, body.errors]
      assert.deepEqual(essence(foreseen), essence(real))
      assert.equal(foreseen.headers.get('precognition'), 'true')
      assert.equal(foreseen.headers.get('precognition-success'), null)
    }
    assert.equal(handled, 0)
  })

  it('answers about the fields it names, those below them included, and about no others', async () => {
    const half = { name: 'Blue', members: [{ age: 200 }, { age: 3 }] }
    const pointers = async (only: string) => (await ask(half, only)).body?.errors.map(({ pointer }: { pointer: string }) => pointer)
    assert.equal(await pointers('name'), undefined)
    assert.deepEqual(await pointers('name, email'), ['/email'])
    assert.deepEqual(await pointers('members'), ['/members/0/age'])
    assert.deepEqual(await pointers('members.*.age'), ['/members/0/age'])
    assert.equal(await pointers('members.1'), undefined)
    assert.equal((await ask(half, 'members.1')).headers.get('precognition-success'), 'true')
  })

  it('asks the checks of the fields it names alone, and none while something else is wrong · M06.4', async () => {
    assert.equal((await ask({ ...right, name: 'Taken' }, 'name')).status, 409)
    assert.equal((await ask({ ...right, name: 'Taken' }, 'email')).status, 204)
    assert.equal((await ask({ name: 'Taken' }, 'name')).status, 204)
    assert.equal(asked, 1)
  })

  it('is nobody’s who may not ask', async () => {
    const response = await fetch(`${site.url}/teams`, { method: 'POST', headers: { precognition: 'true' } })
    assert.deepEqual([response.status, response.headers.get('precognition')], [401, 'true'])
  })

  it('is a request like any other where the endpoint does not take it, and the answer does not claim otherwise', async () => {
    const { status, headers } = await post(right, { precognition: 'true', 'idempotency-key': 'k-2' }, '/blind-teams')
    assert.deepEqual([status, headers.get('precognition'), headers.get('vary')?.includes('precognition') ?? false], [201, null, false])
    assert.equal(handled, 1)
  })

  it('is in OpenAPI where it is taken', () => {
    const routes = [contract.create, contract.createBlindly].map((endpoint_, at) => ({ name: `r${at}`, endpoint: endpoint_, prefix: '' }))
    const { paths } = toOpenApi({ title: 'T', version: '1', routes }) as {
      paths: Record<string, { post: { parameters: { name: string }[]; responses: object } }>
    }
    const names = (path: string) => paths[path]!.post.parameters.map(({ name }) => name)
    assert.deepEqual(names('/teams'), ['Idempotency-Key', 'Precognition', 'Precognition-Validate-Only'])
    assert.deepEqual(names('/blind-teams'), ['Idempotency-Key'])
    assert.deepEqual(
      ['/teams', '/blind-teams'].map((path) => '204' in paths[path]!.post.responses),
      [true, false],
    )
  })

  it('needs something that can be validated', async () => {
    const nothing = endpoint('POST /nothing', { summary: 'Nothing', auth: 'none', precognition: true })
    await assert.rejects(openSite({ routes: implement({ nothing }, { nothing: () => {} }) }), { code: 'contract-invalid' })
  })
})
