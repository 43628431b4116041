// As many routes as ROUTES says, a file of any length down and up, and what the process holds.
import { Readable } from 'node:stream'
import { application, boot } from 'throughline'
import { serverSettings, settings } from 'throughline/config'
import { endpoint, file, form } from 'throughline/contract'
import { implement, rawReply } from 'throughline/http'
import { openLog } from 'throughline/log'
import * as z from 'zod'

const piece = Buffer.alloc(64 * 1024, 'x')
let peak = 0
setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20).unref()

/** How long each 64 requests took that came one after another. What disturbs the machine disturbs some of them only. */
const spans: number[] = []
const inSpan = 64
let counted = 0
let spanBegan = 0
function count(): void {
  if (++counted % inSpan !== 0) return
  const now = performance.now()
  spans.push(now - spanBegan)
  spanBegan = now
}

const Sizes = z.object({ heap: z.number(), peak: z.number() })
const contract = {
  download: endpoint('GET /download/{pieces:int}', {
    summary: 'Down',
    auth: 'none',
    mediaType: 'application/octet-stream',
    deadline: 300_000,
  }),
  upload: endpoint('POST /upload', {
    summary: 'Up',
    auth: 'none',
    body: form({ file: file() }),
    bodyLimit: 2 ** 31,
    deadline: 300_000,
    returns: z.object({ bytes: z.number() }),
  }),
  pace: endpoint('GET /pace', { summary: 'Microseconds for a request, undisturbed', auth: 'none', returns: z.object({ us: z.number() }) }),
  memory: endpoint('GET /memory', { summary: 'What the process holds', auth: 'none', returns: Sizes }),
}
const routes = implement(contract, {
  download: ({ params }) =>
    rawReply(Readable.from(Array.from({ length: Number(params.pieces) }, () => piece)), { type: 'application/octet-stream' }),
  async upload({ body }) {
    let bytes = 0
    for await (const chunk of body.file.content) bytes += chunk.length
    return { bytes }
  },
  pace() {
    const sorted = spans.splice(0).sort((a, b) => a - b)
    return { us: ((sorted[Math.floor(sorted.length / 20)] ?? NaN) / inSpan) * 1000 }
  },
  memory() {
    globalThis.gc?.()
    const sizes = { heap: process.memoryUsage().heapUsed + process.memoryUsage().external, peak }
    peak = 0
    return sizes
  },
})
const many = Array.from({ length: Number(process.env['ROUTES'] ?? 0) }, (_, i) => {
  const read = endpoint(`GET /api/resource${i}/{id}`, { summary: 'One of many', auth: 'none', returns: z.object({ id: z.string() }) })
  return { ...implement({ read }, { read: ({ params }) => (count(), { id: params.id }) })[0]!, name: `read${i}` }
})

const app = application({
  name: 'scale',
  version: '0.0.0',
  settings: settings({ ...serverSettings }),
  wire: () => ({ routes: [...routes, ...many] }),
})
const { url } = await boot(app, { log: openLog({ level: 'silent' }), process })
console.log(`ready ${url}`)
