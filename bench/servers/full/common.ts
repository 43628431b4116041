// What all of them share: the contract of one order, its answer, the secret behind the tokens, and where the log goes.
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino, type Logger } from 'pino'

export const secret = 'a-benchmark-needs-a-secret-of-32-bytes'
export const origin = 'https://app.example.com'

const line = {
  type: 'object',
  required: ['sku', 'qty', 'price'],
  additionalProperties: false,
  properties: {
    sku: { type: 'string', minLength: 3, maxLength: 32 },
    qty: { type: 'integer', minimum: 1, maximum: 99 },
    price: { type: 'number', minimum: 0 },
  },
}

export const bodySchema = {
  type: 'object',
  required: ['currency', 'items', 'email'],
  additionalProperties: false,
  properties: {
    currency: { type: 'string', enum: ['USD', 'EUR'] },
    email: { type: 'string', maxLength: 254, format: 'email' },
    note: { type: 'string', maxLength: 200 },
    items: { type: 'array', minItems: 1, maxItems: 50, items: line },
  },
}

export const replySchema = {
  type: 'object',
  required: ['id', 'status', 'total'],
  properties: {
    id: { type: 'string' },
    status: { type: 'string' },
    currency: { type: 'string' },
    items: {
      type: 'array',
      items: { type: 'object', properties: { sku: { type: 'string' }, qty: { type: 'integer' }, price: { type: 'number' } } },
    },
    total: { type: 'number' },
    createdAt: { type: 'string' },
  },
}

interface Body {
  currency: string
  items: readonly { sku: string; qty: number; price: number }[]
}

export function toOrder({ currency, items }: Body) {
  let total = 0
  for (const { price, qty } of items) total += price * qty
  return { id: '7f3a1c2b-0000-4000-8000-000000000001', status: 'pending', currency, items, total, createdAt: '2026-05-11T09:14:22Z' }
}

export const logger = (): Logger => pino({}, pino.destination({ dest: '/dev/null', sync: false, minLength: 4096 }))

export function announce(server: Server): void {
  console.log(`ready http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  process.once('SIGTERM', () => process.exit(0))
}
