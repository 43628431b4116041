import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { after, before, describe, it } from 'node:test'
import { Worker } from 'node:worker_threads'
import * as z from 'zod'
import { endpoint } from '../../src/contract/endpoint.ts'
import { implement } from '../../src/http/implement.ts'
import { openDb, sql, tables, type Db } from '../../src/services/db/index.ts'
import { current } from '../../src/std/ambient.ts'
import { systemClock } from '../../src/std/clock.ts'
import { silentLog } from '../../src/std/log.ts'
import { openSite } from '../http/site.ts'

const connections = 100
const each = 100
const leaving = 10
const total = connections * each
const on = tables<Record<string, never>>()
const contract = {
  hop: endpoint('GET /hop', {
    summary: 'Hops through everything that waits',
    auth: 'none',
    returns: z.object({ seen: z.array(z.string()) }),
  }),
}

for (const url of (process.env['TEST_DATABASE_URLS'] ?? 'pglite:memory').split(','))
  describe(`${total} requests at once, on ${new URL(url).protocol}`, () => {
    const everybody = Promise.withResolvers<void>()
    const worker = new Worker(new URL('./echo-worker.ts', import.meta.url))
    const bus = new EventEmitter().setMaxListeners(0)
    let db: Db
    let site: Awaited<ReturnType<typeof openSite>>
    let arrived = 0
    let finished = 0
    let wrong = 0
    const allFinished = Promise.withResolvers<void>()

    before(async () => {
      db = await openDb(url, { log: silentLog, clock: systemClock, pool: { acquireTimeout: 60_000 } })
      worker.on('message', (id: string) => bus.emit(`worker ${id}`, id))
      const routes = implement(contract, {
        hop: async (c) => {
          const seen: string[] = []
          const look = () => {
            const { id } = current()
            if (id !== c.id) wrong++
            return seen.push(id)
          }
          try {
            look()
            if (++arrived === total) everybody.resolve()
            await everybody.promise
            look()
            await new Promise<void>((resolve) => setTimeout(() => (look(), resolve()), Number(c.id.slice(-1))))
            await pipeline(
              Readable.from(['a', 'b']),
              new Transform({ transform: (chunk, _, done) => (look(), done(null, chunk)) }),
              async (source) => {
                for await (const _ of source) look()
              },
            )
            const called = once(bus, `bus ${c.id}`)
            setImmediate(() => bus.emit(`bus ${c.id}`))
            await called
            look()
            const answered = once(bus, `worker ${c.id}`)
            worker.postMessage(c.id)
            await answered
            look()
            // A hundredth of them: a statement costs more than all the rest, and every connection is used by many of them all the same.
            if (Number(c.id.slice(-2)) === 7) {
              const { rows } = await sql<{ id: string }>`select ${c.id}::text as id`.execute(on(db))
              seen.push(rows[0]!.id)
              look()
            }
            return { seen }
          } finally {
            look()
            if (++finished === total) allFinished.resolve()
          }
        },
      })
      site = await openSite({ routes, deadline: 120_000 })
    })
    after(async () => {
      await site.close()
      await worker.terminate()
      await db.close()
    })

    it('see each its own id after every wait, those included whose callers left · M08.3', { timeout: 120_000 }, async () => {
      const sockets = await Promise.all(Array.from({ length: connections }, (_, n) => send(site.url, n)))
      await everybody.promise
      for (const { socket } of sockets.slice(0, leaving)) socket.destroy()
      const answers = await Promise.all(sockets.slice(leaving).map(({ answers }) => answers))
      await allFinished.promise
      assert.equal(wrong, 0)
      for (const [n, ids] of answers.entries()) {
        assert.equal(ids.length, each)
        for (const [i, seen] of ids.entries()) {
          assert.ok(seen.length >= 9)
          for (const id of seen) assert.equal(id, idOf(n + leaving, i))
        }
      }
    })
  })

function idOf(connection: number, request: number): string {
  return `request-${connection}-${String(request).padStart(2, '0')}`
}

/** Pipelined: all of them are handled at once, and answered in order. */
async function send(url: string, connection: number): Promise<{ socket: Socket; answers: Promise<string[][]> }> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  await once(socket, 'connect')
  for (let i = 0; i < each; i++) {
    const last = i === each - 1 ? 'Connection: close\r\n' : ''
    socket.write(`GET /hop HTTP/1.1\r\nHost: x\r\n${last}X-Request-Id: ${idOf(connection, i)}\r\n\r\n`)
  }
  return { socket, answers: read(socket) }
}

async function read(socket: Socket): Promise<string[][]> {
  let text = ''
  socket.setEncoding('utf8')
  socket.on('data', (chunk: string) => (text += chunk))
  socket.on('error', () => {})
  await once(socket, 'close')
  return [...text.matchAll(/\{"seen":(\[.*?\])\}/g)].map(([, seen]) => JSON.parse(seen!) as string[])
}
