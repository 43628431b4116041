import { endpoint, NotFound, problem } from 'throughline/contract'
import * as z from 'zod'
import { Id } from './id.ts'
import { Limit, listOf } from './list.ts'
import { Amount, Currency, Total } from './money.ts'
import { CurrencyMismatch } from './orders.ts'

const inWords = (amount: number, currency: string) => new Intl.NumberFormat('en-US', { style: 'currency', currency }).format(amount)

export const InsufficientFunds = problem('insufficient-funds', 422, z.object({ balance: Total, needed: Amount, currency: Currency }), {
  title: 'Insufficient funds',
  detail: ({ balance, needed, currency }) => `Balance ${inWords(balance, currency)} below ${inWords(needed, currency)} needed.`,
  fix: 'Move at most what `balance` says, or pay money in first.',
})
export const UnknownAccount = problem('unknown-account', 422, z.object({ id: z.uuid() }), {
  title: 'Unknown account',
  detail: ({ id }) => `There is no account ${id} to transfer to.`,
})

export const Account = z
  .object({ id: z.uuid(), balance: Total, currency: Currency })
  .meta({ id: 'Account', examples: [{ id: '0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b', balance: 1000, currency: 'USD' }] })

export const NewTransfer = z
  .object({ fromId: Id.describe('An account of yours.'), toId: Id, amount: Amount.min(0.01) })
  .refine((transfer) => transfer.fromId !== transfer.toId, { path: ['toId'], error: 'must differ from fromId' })
  .meta({
    id: 'NewTransfer',
    examples: [{ fromId: '0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b', toId: '0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1c', amount: 12.5 }],
  })

export const Transfer = z
  .object({ id: z.uuid(), fromId: z.uuid(), toId: z.uuid(), amount: Amount, currency: Currency, createdAt: z.iso.datetime() })
  .meta({
    id: 'Transfer',
    examples: [
      {
        id: '0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1d',
        fromId: '0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b',
        toId: '0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1c',
        amount: 12.5,
        currency: 'USD',
        createdAt: '2026-11-02T09:30:00.000Z',
      },
    ],
  })

export const listAccounts = endpoint('GET /accounts', {
  summary: 'List your accounts',
  tags: ['Money'],
  auth: 'user',
  query: z.object({ page: z.int().min(1).max(1_000_000).optional(), limit: Limit }),
  returns: listOf(Account, 'AccountList'),
})

export const transferMoney = endpoint('POST /transfers', {
  summary: 'Transfer money to another account',
  priority: 'high',
  description: 'Both accounts change, or neither does.',
  tags: ['Money'],
  auth: 'user',
  body: NewTransfer,
  idempotent: true,
  returns: Transfer,
  errors: [NotFound, UnknownAccount, CurrencyMismatch, InsufficientFunds],
})

export type Account = z.output<typeof Account>
export type NewTransfer = z.output<typeof NewTransfer>
export type Transfer = z.output<typeof Transfer>
