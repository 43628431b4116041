import { client, endpoint, patch } from 'throughline/contract'
import { implement } from 'throughline/http'
import * as z from 'zod'

const Details = z.object({ name: z.string(), phone: z.string().optional(), home: z.object({ city: z.string(), street: z.string() }) })

const contract = {
  change: endpoint('PATCH /profile', { summary: 'Change', auth: 'none', body: patch(Details), returns: Details }),
}

implement(contract, {
  change: async ({ body }) => {
    const next = await body({ name: 'a', home: { city: 'b', street: 'c' } })
    next.name satisfies string
    // @ts-expect-error -- it is not the value, but what makes one of the current value
    void body.phone
    // @ts-expect-error -- the current value must be whole
    await body({ name: 'a' })
    return next
  },
})

const api = client(contract, { baseUrl: '' })
await api.change({ body: { home: { city: 'd' }, phone: null } })
await api.change({ body: [{ op: 'replace', path: '/name', value: 'b' }] })
// @ts-expect-error -- not a member
await api.change({ body: { nam: 'b' } })
// @ts-expect-error -- not of its type
await api.change({ body: { home: { city: 1 } } })
// @ts-expect-error -- not an operation
await api.change({ body: [{ op: 'insert', path: '/name', value: 'b' }] })

endpoint('GET /kept', { summary: 'Kept', auth: 'none', cache: { scope: 'public', maxAge: 60, mustRevalidate: true } })
endpoint('GET /kept', { summary: 'Kept', auth: 'none', cache: 'no-store' })
// @ts-expect-error -- nothing is both kept and not
endpoint('GET /kept', { summary: 'Kept', auth: 'none', cache: { scope: 'no-store', maxAge: 60 } })
// @ts-expect-error -- who may keep it must be said
endpoint('GET /kept', { summary: 'Kept', auth: 'none', cache: { maxAge: 60 } })
