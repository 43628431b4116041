import { endpoint } from 'throughline/contract'
import { schema } from 'throughline/contract/json-schema'
import { implement } from 'throughline/http'

const Tag = schema<{ name: string }>({ type: 'object', properties: { name: { type: 'string' } }, required: ['name'] })
const saveTag = endpoint('PUT /tags/{id}', { summary: 'Save a tag', auth: 'none', body: Tag, returns: Tag })

implement({ saveTag }, { saveTag: ({ body }) => ({ name: body.name.trim() }) })
// @ts-expect-error a member of the reply is missing
implement({ saveTag }, { saveTag: () => ({}) })
// @ts-expect-error the body has no such member
implement({ saveTag }, { saveTag: ({ body }) => ({ name: body.title }) })
