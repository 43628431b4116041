import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { after as afterAll, before, beforeEach, describe, it } from 'node:test'
import * as z from 'zod'
import { openSite } from '../../../test/http/site.ts'
import { endpoint } from '../../contract/endpoint.ts'
import type { Actor } from '../../std/actor.ts'
import { ambient, current } from '../../std/ambient.ts'
import { shield } from '../../std/background.ts'
import { silentLog, type Log, type LogFields } from '../../std/log.ts'
import { compiled, interpreted } from '../compile.ts'
import { implement } from '../implement.ts'
import type { Context } from '../stage.ts'
import { after } from './after.ts'
import { ContextClosed } from './closed-context.ts'

const Text = z.object({ text: z.string() })
const contract = {
  read: endpoint('GET /things/{thingId}', { summary: 'Read', auth: 'none', query: z.object({ q: z.string().optional() }), returns: Text }),
  write: endpoint('POST /things', { summary: 'Write', auth: 'none', body: Text, status: 200, returns: Text }),
  slow: endpoint('GET /slow', { summary: 'Slow', auth: 'none', deadline: 40, returns: Text }),
  guarded: endpoint('GET /guarded', { summary: 'Guarded', auth: 'user', deadline: 40, returns: Text }),
}
type AnyContext = Context<unknown, unknown, unknown, unknown, unknown>
const alice: Actor = { id: 'alice', roles: [] }
type Handler = (c: AnyContext) => Promise<{ text: string }> | { text: string }

let handler: Handler
let handled: number
let lines: [string, LogFields | undefined][]
const log: Log = { ...silentLog, error: (event, fields) => void lines.push([event, fields]), child: () => log }
const run = (c: AnyContext) => (handled++, handler(c))

it('is stored for nobody until somebody wants it · M08.4', async () => {
  assert.equal(ambient.wanted, false)
  const site = await openSite({ routes: implement({ read: contract.read }, { read: () => ({ text: ambient.get()?.id ?? 'none' }) }) })
  const ask = async () =>
    ((await (await fetch(`${site.url}/things/1`, { headers: { 'x-request-id': 'request-1' } })).json()) as { text: string }).text
  assert.equal(await ask(), 'none')
  ambient.want()
  assert.equal(await ask(), 'request-1')
  await site.close()
})

for (const [form, assemble] of Object.entries({ compiled, interpreted }))
  describe(`a request's context, ${form}`, () => {
    let site: Awaited<ReturnType<typeof openSite>>
    let trusting: typeof site
    let admit: () => Promise<Actor>

    before(async () => {
      const routes = implement(contract, { read: run, write: run, slow: run, guarded: run })
      const options = { routes, assemble, log, strict: true, authenticate: () => admit() }
      site = await openSite(options)
      trusting = await openSite({ ...options, trustedProxies: ['127.0.0.0/8'] })
    })
    afterAll(() => Promise.all([site.close(), trusting.close()]))
    beforeEach(() => {
      handled = 0
      lines = []
      handler = () => ({ text: 'done' })
      admit = async () => alice
    })

    it('closes with its answer: late reads throw and name the route, what names it stays · M08.3', async () => {
      let kept: AnyContext | undefined
      handler = (c) => ((kept = c), { text: String(c.ip) })
      await (await fetch(`${site.url}/things/1?q=2`)).text()
      const c = kept!
      for (const member of ['params', 'query', 'body', 'headers', 'cookies', 'actor', 'url', 'ip'] as const)
        assert.throws(() => c[member], {
          name: 'ContextClosed',
          message: new RegExp(`^c\\.${member} of GET /things/\\{thingId\\} was read`),
        })
      assert.match(c.id, /^[0-9a-f-]{36}$/)
      assert.equal(c.log, log)
      assert.equal(c.signal.aborted, false)
    })

    it('stays open where nobody asked for strictness', async () => {
      const lax = await openSite({ routes: implement({ read: contract.read }, { read: run }), assemble })
      let kept: AnyContext | undefined
      handler = (c) => ((kept = c), { text: '' })
      await (await fetch(`${lax.url}/things/1`)).text()
      assert.deepEqual(kept!.params, { thingId: '1' })
      await lax.close()
    })

    describe('signal', () => {
      const begun = () => {
        const reached = Promise.withResolvers<AbortSignal>()
        handler = (c) => {
          reached.resolve(c.signal)
          return new Promise((_, reject) => c.signal.addEventListener('abort', () => reject(c.signal.reason as Error)))
        }
        return reached.promise
      }
      const requests = {
        GET: 'GET /things/1 HTTP/1.1\r\nHost: x\r\n\r\n',
        'POST whose body was read':
          'POST /things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{"text":"hi"}',
      }

      for (const [what, bytes] of Object.entries(requests))
        it(`fires within 50 ms of the caller going away, for a ${what} · M08.10 M08.12`, async () => {
          const signal = begun()
          const socket = await dial(site.url)
          socket.write(bytes)
          const reached = await signal
          const left = performance.now()
          socket.destroy()
          await once(reached, 'abort')
          assert.ok(performance.now() - left < 50, `${performance.now() - left} ms`)
          assert.equal((reached.reason as { code: string }).code, 'client-closed-request')
        })

      it('does not fire when the request ended well, on a connection that is used again or closed · M08.10', async () => {
        const signals: AbortSignal[] = []
        handler = (c) => (signals.push(c.signal), { text: 'ok' })
        const socket = await dial(site.url)
        for (const bytes of Object.values(requests)) {
          socket.write(bytes)
          await once(socket, 'data')
        }
        socket.destroy()
        await once(socket, 'close')
        await new Promise(setImmediate)
        assert.deepEqual(
          signals.map(({ aborted }) => aborted),
          [false, false],
        )
      })

      it('says that the deadline has passed, or that the process stops · M08.12', async () => {
        const signal = begun()
        const slow = await fetch(`${site.url}/slow`)
        assert.deepEqual([slow.status, ((await signal).reason as { code: string }).code], [504, 'deadline-exceeded'])

        const other = begun()
        const stopped = fetch(`${site.url}/things/1`)
        await other
        site.site.inFlight.cutAll()
        assert.deepEqual([(await stopped).status, ((await other).reason as { code: string }).code], [503, 'shutting-down'])
      })
    })

    it('of a request whose deadline passed in a guard goes no further: the handler is not begun', async () => {
      const admitted = Promise.withResolvers<Actor>()
      admit = () => admitted.promise
      assert.equal((await fetch(`${site.url}/guarded`)).status, 504)
      admitted.resolve(alice)
      await new Promise(setImmediate)
      assert.equal(handled, 0)
      assert.deepEqual(
        lines.map(([event]) => event),
        ['request'],
      )
    })

    describe('the deadline of a trusted caller', () => {
      const ask = (to: typeof site, left: string) => fetch(`${to.url}/things/1`, { headers: { 'x-request-deadline': left } })

      it('shortens ours · M08.11', async () => {
        let due: number | undefined
        handler = (c) => {
          due = current().due! - performance.now()
          return new Promise((_, reject) => c.signal.addEventListener('abort', () => reject(c.signal.reason as Error)))
        }
        const began = performance.now()
        assert.equal((await ask(trusting, '30')).status, 504)
        assert.ok(performance.now() - began < 2000)
        assert.ok(due! <= 30)
        assert.equal(trusting.site.inFlight.count, 0)
      })

      it('that has passed on arrival is 504 without work · M08.11', async () => {
        const response = await ask(trusting, '0')
        assert.deepEqual([response.status, handled], [504, 0])
        assert.equal(((await response.json()) as { code: string }).code, 'deadline-exceeded')
      })

      it('never lengthens ours, and malformed is none', async () => {
        for (const left of ['999999999', '-1', '1.5', 'soon', '']) assert.equal((await ask(trusting, left)).status, 200)
      })

      it('is not believed when anybody else sends it', async () => {
        assert.equal((await ask(site, '0')).status, 200)
      })
    })

    describe('after()', () => {
      it('runs when the caller has the answer, with the context open, its own signal, and the request around it · M08.14', async () => {
        const go = Promise.withResolvers<void>()
        const seen = Promise.withResolvers<unknown[]>()
        handler = (c) => {
          after(c, async (signal) => {
            await go.promise
            seen.resolve([c.params, current().id === c.id, current().signal === signal, signal.aborted])
          })
          return { text: 'answered' }
        }
        assert.equal(await (await fetch(`${site.url}/things/9`)).text(), '{"text":"answered"}')
        assert.equal(site.site.background.count > 0, true)
        go.resolve()
        assert.deepEqual(await seen.promise, [{ thingId: '9' }, true, true, false])
        await site.site.background.close()
        assert.equal(site.site.background.count, 0)
      })

      it('runs whatever the answer was, one after the other, and logs what fails · M08.14', async () => {
        const order: string[] = []
        handler = (c) => {
          after(c, async () => void order.push('one'))
          after(c, () => {
            throw new Error('mail server away')
          })
          after(c, () => order.push('three'))
          throw new Error('crash')
        }
        assert.equal((await fetch(`${site.url}/things/1`)).status, 500)
        await site.site.background.close()
        assert.deepEqual(order, ['one', 'three'])
        const failure = lines.find(([event]) => event === 'failed in the background')
        assert.deepEqual(failure?.[1]?.['error'], new Error('mail server away'))
      })

      it('closes the context when it is done', async () => {
        let kept: AnyContext | undefined
        handler = (c) => {
          kept = c
          after(c, () => {})
          return { text: '' }
        }
        await (await fetch(`${site.url}/things/1`)).text()
        await site.site.background.close()
        await new Promise(setImmediate)
        assert.throws(() => kept!.params, ContextClosed)
      })
    })

    it('does not reach into shield(): the work goes on when the caller is gone, and is waited for · M08.10', async () => {
      const [begun, gone, go, finished] = Array.from({ length: 4 }, () => Promise.withResolvers<void>())
      let inside: AbortSignal | undefined
      handler = async (c) => {
        c.signal.addEventListener('abort', () => gone!.resolve())
        await shield(async (signal) => {
          inside = signal
          begun!.resolve()
          await go!.promise
          assert.equal(current().signal, signal)
          finished!.resolve()
        })
        return { text: '' }
      }
      const socket = await dial(site.url)
      socket.write('GET /things/1 HTTP/1.1\r\nHost: x\r\n\r\n')
      await begun!.promise
      socket.destroy()
      await gone!.promise
      assert.deepEqual([inside?.aborted, site.site.background.count], [false, 1])
      go!.resolve()
      await finished!.promise
      await site.site.background.close()
    })
  })

async function dial(url: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  await once(socket, 'connect')
  return socket
}
