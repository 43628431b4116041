import { endpoint, problem } from 'throughline/contract'
import * as z from 'zod'
import { AlreadyPaid, NewOrder, Order, OutOfStock } from './shop.ts'

// @ts-expect-error misspelt option: with one type parameter for all options it would be accepted, and do nothing
endpoint('POST /x', { summary: '', auth: 'user', bodyy: NewOrder, returns: Order })
// @ts-expect-error auth left out: a public route is a decision
endpoint('POST /x', { summary: '', returns: Order })
// @ts-expect-error no such mode
endpoint('POST /x', { summary: '', auth: 'admin', returns: Order })
// @ts-expect-error summary left out
endpoint('POST /x', { auth: 'none' })
// @ts-expect-error no such method
endpoint('FETCH /x', { summary: '', auth: 'none' })
// @ts-expect-error a path begins with a slash
endpoint('GET x', { summary: '', auth: 'none' })
// @ts-expect-error a schema, not a shape
endpoint('POST /x', { summary: '', auth: 'none', body: { a: z.string() } })
// @ts-expect-error a problem, not its name
endpoint('POST /x', { summary: '', auth: 'none', errors: ['out-of-stock'] })
// @ts-expect-error not a status of success
endpoint('POST /x', { summary: '', auth: 'none', status: 404 })
// @ts-expect-error no such policy
endpoint('POST /x', { summary: '', auth: 'none', body: NewOrder, unknownMembers: 'ignore' })
// @ts-expect-error no such unit
endpoint('POST /x', { summary: '', auth: 'user', rateLimit: '20/min' })
// @ts-expect-error no number
endpoint('POST /x', { summary: '', auth: 'user', rateLimit: 'many/minute' })
// @ts-expect-error a limit of what time?
endpoint('POST /x', { summary: '', auth: 'user', rateLimit: { limit: 20 } })
// @ts-expect-error what runs at the same time has no window
endpoint('POST /x', { summary: '', auth: 'user', rateLimit: { limit: 20, window: 1000, algorithm: 'concurrency' } })
// @ts-expect-error no such subject
endpoint('POST /x', { summary: '', auth: 'user', rateLimit: { limit: 20, window: 1000, by: 'session' } })
endpoint('POST /x', {
  summary: '',
  auth: 'user',
  rateLimit: ['20/minute', { limit: 3, algorithm: 'concurrency', by: ({ ip }) => ip }],
  idempotent: 'required',
})
// @ts-expect-error leave it out instead
endpoint('POST /x', { summary: '', auth: 'user', idempotent: false })

OutOfStock({ sku: 'a', left: 1 }, { cause: new Error('x'), retryAfter: 1 })
// @ts-expect-error a field is missing
OutOfStock({ sku: 'a' })
// @ts-expect-error a field has another type
OutOfStock({ sku: 'a', left: '1' })
// @ts-expect-error no such field
OutOfStock({ sku: 'a', left: 1, right: 1 })
// @ts-expect-error fields are missing altogether
OutOfStock()
AlreadyPaid()
AlreadyPaid({ detail: 'Paid yesterday.' })
// @ts-expect-error this one has no fields
AlreadyPaid({ sku: 'a' })
// @ts-expect-error the sentence reads fields that exist
problem('late', 409, z.object({ days: z.int() }), { detail: ({ hours }) => `${hours} hours late` })
