import { application } from 'throughline'
import { endpoint } from 'throughline/contract'
import { sql, tables, type Db } from 'throughline/db'
import { implement } from 'throughline/http'
import * as z from 'zod'
import { ordersApplication } from '../../orders/src/application.ts'

const on = tables<object>()
const words = { body: z.object({ text: z.string() }), auth: 'none' } as const
const contract = {
  statistics: endpoint('GET /statistics', { summary: 'A row at a time', auth: 'none', returns: z.object({ count: z.int() }) }),
  refund: endpoint('POST /refunds/{text}', { summary: 'Fails', ...words, status: 204 }),
  repeat: endpoint('POST /repeat', { summary: 'Says it to the log and to the database', ...words, status: 204 }),
}

/** The Orders API with routes in which everything is wrong that the console points out. */
export const troubledOrders = application({
  ...ordersApplication,
  wire(needs) {
    const parts = ordersApplication.wire(needs)
    const db = parts.resources!.find((resource): resource is Db => 'migrations' in resource)!
    const routes = implement(contract, {
      statistics: async () => {
        const { rows } = await sql<{ sku: string }>`select * from products limit 12`.execute(on(db))
        for (const { sku } of rows) await sql`select stock from products where sku = ${sku}`.execute(on(db))
        return { count: rows.length }
      },
      refund: ({ params, body }) => {
        throw new TypeError(`No payment of ${params.text} ${body.text}`)
      },
      repeat: async ({ body, log }) => {
        log.warn('repeated', { text: body.text })
        await sql`select 1 as ${sql.raw(`"${body.text.replaceAll('"', '""').slice(0, 60)}"`)}`.execute(on(db))
      },
    })
    return { ...parts, routes: [...parts.routes, ...routes] }
  },
})
