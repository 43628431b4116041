import { application, start } from 'throughline'
import { flag, serverSettings, settings } from 'throughline/config'
import { endpoint, stream } from 'throughline/contract'
import { after, implement } from 'throughline/http'
import * as z from 'zod'

// What the tests of this folder start, stop and kill: an application like any other, whose work is held up and let go by its caller.

const Numbered = z.object({ n: z.int() })
const contract = {
  work: endpoint('POST /work', {
    summary: 'Work',
    auth: 'none',
    body: Numbered,
    returns: z.object({ n: z.int(), pid: z.int() }),
    status: 200,
  }),
  stuck: endpoint('GET /stuck', { summary: 'Never answers', auth: 'none', returns: Numbered, deadline: 600_000 }),
  behind: endpoint('GET /behind', { summary: 'Leaves work behind that does not end', auth: 'none', status: 204 }),
  items: endpoint('GET /items', {
    summary: 'Items until the drain',
    auth: 'none',
    returns: stream(Numbered),
    produces: ['application/x-ndjson'],
  }),
  endless: endpoint('GET /endless', {
    summary: 'Items without end',
    auth: 'none',
    returns: stream(Numbered),
    produces: ['application/x-ndjson'],
  }),
  upload: endpoint('POST /upload', {
    summary: 'Counts bytes',
    auth: 'none',
    body: z.object({ text: z.string() }),
    returns: Numbered,
    status: 200,
    bodyLimit: 10_000_000,
  }),
  block: endpoint('GET /block', { summary: 'Blocks the event loop when the drain begins', auth: 'none', status: 204 }),
  crash: endpoint('GET /crash', { summary: 'Throws where nobody catches', auth: 'none', status: 204 }),
}

const draining = Promise.withResolvers<void>()
const never = () => new Promise<never>(() => {})
const accepted = (what: string) => process.send?.(what)

async function* counting(until: Promise<void>) {
  let over = false
  void until.then(() => (over = true))
  for (let n = 0; !over; n++) {
    yield { n }
    // At the pace of whoever reads, and never faster than the event loop turns.
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

const instance = application({
  name: 'instance',
  version: '1.0.0',
  settings: settings({
    ...serverSettings,
    leak: flag({ default: false, describe: 'Whether a timer is left behind by what closes.' }),
    broken: flag({ default: false, describe: 'Whether the second resource fails to open.' }),
  }),
  wire: ({ settings: { leak, broken } }) => ({
    resources: [
      {
        name: 'first',
        open: async () => {},
        drain: () => draining.resolve(),
        close: async () => void (leak && setInterval(() => {}, 60_000)),
      },
      {
        name: 'second',
        open: async () => {
          if (broken) throw new Error('no such host')
        },
        close: async () => {},
      },
    ],
    routes: implement(contract, {
      work: ({ body: { n } }) => ({ n, pid: process.pid }),
      stuck: () => {
        accepted('stuck')
        return never()
      },
      behind: (c) => {
        after(c, () => {
          accepted('behind')
          return never()
        })
      },
      items: () => counting(draining.promise),
      endless: () => counting(never()),
      upload: ({ body: { text } }) => ({ n: text.length }),
      block: () => {
        void draining.promise.then(() => {
          for (;;);
        })
      },
      crash: () => {
        setImmediate(() => {
          throw new Error('a bug')
        })
      },
    }),
  }),
})

await start(instance)
