// The small JSON answer by Fastify, with its schema.
import { randomUUID } from 'node:crypto'
import Fastify from 'fastify'
import { announce } from './full/common.ts'
import { securityHeaders } from './security-headers.mjs'

const user = { type: 'object', properties: { id: { type: 'string' }, name: { type: 'string' }, email: { type: 'string' } } }
const app = Fastify()
const headers = Object.fromEntries(Array.from({ length: securityHeaders.length / 2 }, (_, i) => securityHeaders.slice(2 * i, 2 * i + 2)))
app.get('/users/:id', { schema: { response: { 200: user } } }, (request, reply) => {
  reply.headers(headers).header('x-request-id', randomUUID())
  return { id: request.params.id, name: 'alice', email: 'a@x.com' }
})
await app.listen({ port: 0, host: '127.0.0.1' })
announce(app.server)
