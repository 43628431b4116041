// Express with the middleware that is usual beside it.
import { randomUUID } from 'node:crypto'
import { Ajv } from 'ajv'
import compression from 'compression'
import cors from 'cors'
import express from 'express'
import { rateLimit } from 'express-rate-limit'
import helmet from 'helmet'
import { jwtVerify } from 'jose'
import { pinoHttp } from 'pino-http'
import prom from 'prom-client'
import { announce, bodySchema, logger, origin, secret, toOrder } from './common.ts'

const app = express()
const key = new TextEncoder().encode(secret)
const valid = new Ajv({ allErrors: true, formats: { email: /^[^@]+@[^@]+$/ } }).compile(bodySchema)
const histogram = new prom.Histogram({ name: 'http_duration_seconds', help: 'x', labelNames: ['method', 'route', 'code'] })
app.use(
  pinoHttp({
    logger: logger(),
    genReqId(request, response) {
      const id = request.headers['x-request-id'] ?? randomUUID()
      response.setHeader('x-request-id', id)
      return id
    },
  }),
)
app.use((_request, response, next) => {
  const started = performance.now()
  response.on('finish', () =>
    histogram.labels('POST', '/orders', String(response.statusCode)).observe((performance.now() - started) / 1000),
  )
  next()
})
app.use(cors({ origin: [origin], credentials: true }), helmet(), compression(), express.json())
app.use(rateLimit({ windowMs: 60_000, limit: 1e9, validate: false, standardHeaders: 'draft-8' }))
app.use(async (request, _response, next) => {
  const { payload } = await jwtVerify(request.headers.authorization.slice(7), key)
  request.user = payload
  next()
})
app.post('/orders', (request, response) => {
  if (!request.user.scope.includes('write:orders')) return response.status(403).end()
  if (!valid(request.body)) return response.status(422).json(valid.errors)
  response.status(201).location('/orders/1').json(toOrder(request.body))
})
const server = app.listen(0, '127.0.0.1', () => announce(server))
