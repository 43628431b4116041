import { application } from 'throughline'
import { serverSettings, settings } from 'throughline/config'
import { check, cors, endpoint, problem, stream } from 'throughline/contract'
import { database } from 'throughline/db'
import { group, implement, versions, type Around } from 'throughline/http'
import { idempotency } from 'throughline/idempotency'
import * as z from 'zod'

const bare = {
  readUser: endpoint('GET /users/{userId}', {
    summary: 'Read a user',
    auth: 'none',
    returns: z.object({ id: z.string(), name: z.string(), email: z.string() }),
  }),
}
const bareRoutes = implement(bare, { readUser: ({ params }) => ({ id: params.userId, name: 'alice', email: 'a@x.com' }) })

const Taken = problem('taken', 409)
const isFree = check(Taken)
const Note = z.object({ id: z.string(), text: z.string().max(200) })
const notes = {
  isFree,
  list: endpoint('GET /notes', {
    summary: 'Negotiated, cached, in a language',
    auth: 'user',
    query: z.object({ limit: z.coerce.number().int().max(100).optional() }),
    returns: z.array(Note),
    produces: ['application/json', 'text/csv', 'application/x-ndjson'],
    languages: ['en', 'de'],
    etag: true,
    ranges: true,
    cache: { scope: 'private', maxAge: 60 },
    cors: cors({ origins: ['https://shop.example'], credentials: true }),
    securityHeaders: { csp: { 'connect-src': '*' } },
  }),
  follow: endpoint('GET /notes/all', {
    summary: 'As a stream',
    auth: 'user',
    returns: stream(Note),
    produces: ['application/x-ndjson', 'text/csv'],
    compress: false,
  }),
  read: endpoint('GET /notes/{noteId}', {
    summary: 'On its way out, under limits',
    auth: 'user',
    returns: Note,
    deprecated: { since: '2026-01-01' },
    rateLimit: [
      { name: 'address', limit: 100, window: 60_000, by: 'ip' },
      { name: 'caller', limit: 20, window: 60_000, by: 'actor' },
    ],
    deadline: 2_000,
    priority: 'low',
  }),
  write: endpoint('POST /notes', {
    summary: 'Once, checked, validated beforehand',
    auth: 'user',
    body: Note,
    returns: Note,
    idempotent: 'required',
    precognition: true,
    checks: { id: isFree },
    errors: [Taken],
    bodyLimit: 10_000,
    timeouts: { handle: 1_000 },
    rateLimit: { name: 'note', limit: 100, window: 60_000, by: ({ headers }) => headers['x-tenant'] ?? 'nobody' },
  }),
  replace: endpoint('PUT /notes/{noteId}', { summary: 'Of a known state', auth: 'user', body: Note, returns: Note, ifMatch: 'required' }),
}
const note = { id: 'n1', text: 'some' }
const noteRoutes = implement(notes, {
  isFree: () => [],
  list: () => [note],
  follow: () => [note],
  read: () => note,
  write: ({ body }) => body,
  replace: ({ body }) => body,
})
const layer: Around = (_, next) => next()

/** One bare route, alone or beside routes that use every stage there is. */
export function unusedApplication(beside: 'nothing' | 'everything') {
  return application({
    name: 'bench',
    version: '0.0.0',
    settings: settings({ ...serverSettings }),
    wire: ({ log, clock }) => {
      if (beside === 'nothing') return { routes: bareRoutes }
      return {
        authenticate: ({ headers }) => (headers['authorization'] === undefined ? undefined : { id: 'u1', roles: [] }),
        // Never opened: nobody asks the route that needs it.
        idempotency: idempotency({ db: database('pglite:./never-opened', { log, clock }) }),
        versioning: { by: 'header', default: 1 },
        routes: [
          ...bareRoutes,
          ...group('/api', { around: [layer], authorize: () => {}, rateLimit: '1000/minute' }, versions({ 1: noteRoutes, 2: noteRoutes })),
        ],
      }
    },
  })
}
