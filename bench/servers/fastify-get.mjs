// The small JSON answer by Fastify, with its schema.
import Fastify from 'fastify'
import { announce } from './full/common.ts'

const user = { type: 'object', properties: { id: { type: 'string' }, name: { type: 'string' }, email: { type: 'string' } } }
const app = Fastify()
app.get('/users/:id', { schema: { response: { 200: user } } }, (request) => ({ id: request.params.id, name: 'alice', email: 'a@x.com' }))
await app.listen({ port: 0, host: '127.0.0.1' })
announce(app.server)
