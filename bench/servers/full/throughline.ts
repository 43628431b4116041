// The framework with everything switched on, as an application would have it.
import { openSync, writeSync } from 'node:fs'
import { jwtVerify } from 'jose'
import { application, boot } from 'throughline'
import { serverSettings, settings } from 'throughline/config'
import { cors, endpoint } from 'throughline/contract'
import { implement, type Authenticator } from 'throughline/http'
import { openLog } from 'throughline/log'
import type { Actor } from 'throughline/std'
import * as z from 'zod'
import { origin, secret, toOrder } from './common.ts'

const Item = z.object({ sku: z.string().min(3).max(32), qty: z.int().min(1).max(99), price: z.number().min(0) })
const NewOrder = z.object({
  currency: z.enum(['USD', 'EUR']),
  email: z.email().max(254),
  note: z.string().max(200).optional(),
  items: z.array(Item).min(1).max(50),
})
const Order = z.object({
  id: z.string(),
  status: z.string(),
  currency: z.string(),
  items: z.array(Item),
  total: z.number(),
  createdAt: z.string(),
})

const placeOrder = endpoint('POST /orders', {
  summary: 'Place an order',
  auth: 'user',
  body: NewOrder,
  returns: Order,
  location: '/orders/{id}',
  rateLimit: { limit: 1e9, window: 60_000, by: 'actor' },
  securityHeaders: 'html',
})

// HS256, as the others take it, and remembered as they remember it.
const key = new TextEncoder().encode(secret)
const known = new Map<string, Actor>()
const authenticate: Authenticator = ({ headers }) => {
  const token = headers['authorization']?.slice(7) ?? ''
  return known.get(token) ?? verify(token)
}

async function verify(token: string): Promise<Actor> {
  const { payload } = await jwtVerify(token, key, { algorithms: ['HS256'] })
  const actor = { id: payload.sub!, roles: String(payload['scope']).split(' ') }
  known.set(token, actor)
  return actor
}

const file = openSync('/dev/null', 'w')
let pending = ''
const log = openLog({
  format: 'json',
  destination: {
    write(line) {
      pending += line
      if (pending.length < 4096) return
      writeSync(file, pending)
      pending = ''
    },
  },
})

const full = application({
  name: 'bench',
  version: '0.0.0',
  settings: settings({ ...serverSettings }),
  wire: () => ({
    authenticate,
    cors: cors({ origins: [origin], credentials: true }),
    routes: implement(
      { placeOrder },
      {
        placeOrder({ actor, body }) {
          if (!actor.roles.includes('write:orders')) throw new Error('forbidden')
          return toOrder(body)
        },
      },
    ),
  }),
})
const { url } = await boot(full, { log, process })
console.log(`ready ${url}`)
