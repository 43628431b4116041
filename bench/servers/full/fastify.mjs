// Fastify with its official plugins.
import { randomUUID } from 'node:crypto'
import compress from '@fastify/compress'
import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import jwt from '@fastify/jwt'
import rateLimit from '@fastify/rate-limit'
import Fastify from 'fastify'
import prom from 'prom-client'
import { announce, bodySchema, logger, origin, replySchema, secret, toOrder } from './common.ts'

const app = Fastify({ loggerInstance: logger(), genReqId: (request) => request.headers['x-request-id'] ?? randomUUID() })
const histogram = new prom.Histogram({ name: 'http_duration_seconds', help: 'x', labelNames: ['method', 'route', 'code'] })
await app.register(cors, { origin: [origin], credentials: true })
await app.register(helmet)
await app.register(compress, { threshold: 1024 })
await app.register(rateLimit, { max: 1e9, timeWindow: '1 minute' })
await app.register(jwt, { secret, verify: { cache: true } })
app.addHook('onRequest', (request, reply, done) => {
  reply.header('x-request-id', request.id)
  done()
})
app.addHook('onRequest', (request) => request.jwtVerify())
app.addHook('onResponse', (request, reply, done) => {
  histogram.labels(request.method, request.routeOptions.url, String(reply.statusCode)).observe(reply.elapsedTime / 1000)
  done()
})
app.post('/orders', {
  schema: { body: bodySchema, response: { 201: replySchema } },
  preHandler(request, reply, done) {
    if (request.user.scope.includes('write:orders')) return done()
    reply.code(403)
    done(new Error('forbidden'))
  },
  handler(request, reply) {
    reply.code(201).header('location', '/orders/1')
    return toOrder(request.body)
  },
})
await app.listen({ port: 0, host: '127.0.0.1' })
announce(app.server)
