import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { load, requireWrk } from './lib/load.ts'
import { startServer, type Server } from './lib/process.ts'
import { keep } from './lib/report.ts'
import { alternate, ratios, show, spread } from './lib/rounds.ts'

const program = ['-C', '@throughline/source', '--expose-gc', 'bench/servers/scale.ts']
const piece = 64 * 1024
const gigabyte = 2 ** 30

/** What more of everything costs: routes, bytes, connections. */
export async function run(): Promise<void> {
  requireWrk()
  const server = await startServer(program, { PORT: '0', ROUTES: '10' })
  const rows = [
    ['1 GiB down', `${await growth(server, (bytes) => download(server, bytes))} MB of resident memory`, '≤ 50'],
    ['1 GiB up, as a file of a form', `${await growth(server, (bytes) => upload(server, bytes))} MB of resident memory`, '≤ 50'],
    ['10,000 idle keep-alive connections', `${await idle(server)} KB of heap and buffers each`, '≤ 10'],
  ]
  await server.stop()
  await routes()
  keep('scale', {
    order: 4.5,
    title: 'More of everything',
    method:
      'One process each; memory as the process itself counts it. Of a gibibyte counts what its peak has more than that of 64 MiB; of connections what they hold after a collection.',
    columns: ['', 'measured', 'goal'],
    rows,
    chart: { values: [1], goal: 2 },
  })
}

/** The same ten routes are asked for each time; the others are only there. */
async function routes(): Promise<void> {
  const names = ['10', '100', '1000', '10000'] as const
  const folder = mkdtempSync(join(tmpdir(), 'throughline-scale-'))
  const script = join(folder, 'ten.lua')
  writeFileSync(script, 'i = 0\nfunction request()\n  i = (i + 1) % 10\n  return wrk.format("GET", "/api/resource" .. i .. "/42")\nend\n')
  const servers = {} as Record<(typeof names)[number], Server>
  for (const name of names) servers[name] = await startServer(program, { PORT: '0', ROUTES: name })
  const results = await alternate(names, 15, async (name) => {
    const { url } = servers[name]
    const { perSecond } = await load({ url, seconds: 1, script })
    return { perSecond, us: ((await (await fetch(`${url}/pace`)).json()) as { us: number }).us }
  })
  for (const name of names) await servers[name].stop()
  rmSync(folder, { recursive: true })
  const rates = (name: (typeof names)[number]) => results[name].map(({ perSecond }) => perSecond)
  const fastest = (name: (typeof names)[number]) => spread(results[name].map(({ us }) => us)).min
  keep('routes', {
    order: 4.4,
    title: 'Cost against routes',
    method:
      'Ten routes are asked in turn, and all others are only there. Goal: 10,000 cost at most a tenth more than 10. Undisturbed is what the fastest twentieth of spans of 64 requests took, in the best of 15 rounds: unlike requests per second it does not measure what else the machine had to do.',
    columns: ['routes', 'requests/s, median', 'ratio', 'µs a request, undisturbed', 'ratio, less is better'],
    rows: names.map((name) => [
      Number(name).toLocaleString('en'),
      spread(rates(name)).median.toFixed(0),
      show(ratios(rates(name), rates('10'))),
      fastest(name).toFixed(1),
      (fastest(name) / fastest('10')).toFixed(2),
    ]),
    chart: { values: [3] },
  })
}

async function memory(server: Server): Promise<{ heap: number; peak: number }> {
  return (await (await fetch(`${server.url}/memory`)).json()) as { heap: number; peak: number }
}

/** Megabytes between the peak for 64 MiB and the peak for a gibibyte: what length alone costs. */
async function growth(server: Server, work: (bytes: number) => Promise<void>): Promise<string> {
  const peaks: number[] = []
  for (const bytes of [gigabyte / 16, gigabyte]) {
    await memory(server)
    await work(bytes)
    peaks.push((await memory(server)).peak)
  }
  return ((peaks[1]! - peaks[0]!) / 2 ** 20).toFixed(0)
}

async function download(server: Server, bytes: number): Promise<void> {
  const asked = request(`${server.url}/download/${bytes / piece}`).end()
  const [response] = (await once(asked, 'response')) as [Readable]
  await once(response.resume(), 'end')
}

async function upload(server: Server, bytes: number): Promise<void> {
  const head = '--b\r\ncontent-disposition: form-data; name="file"; filename="x.bin"\r\ncontent-type: application/octet-stream\r\n\r\n'
  const asked = request(`${server.url}/upload`, { method: 'POST', headers: { 'content-type': 'multipart/form-data; boundary=b' } })
  const answered = once(asked, 'response') as Promise<[Readable]>
  const chunk = Buffer.alloc(piece, 'x')
  await pipeline(function* () {
    yield head
    for (let i = 0; i < bytes / piece; i++) yield chunk
    yield '\r\n--b--\r\n'
  }, asked)
  const [response] = await answered
  const received = JSON.parse(Buffer.concat(await response.toArray()).toString()) as { bytes: number }
  if (received.bytes !== bytes) throw new Error(`${received.bytes} bytes of the upload arrived`)
}

/** Kilobytes a connection that has asked once and stays. */
async function idle(server: Server): Promise<string> {
  const { hostname, port } = new URL(server.url)
  const { heap } = await memory(server)
  const sockets: Socket[] = []
  for (let batch = 0; batch < 100; batch++) {
    const opened = Array.from({ length: 100 }, () => connect(Number(port), hostname))
    await Promise.all(
      opened.map(async (socket) => {
        socket.write('GET /api/resource7/42 HTTP/1.1\r\nHost: x\r\n\r\n')
        await once(socket, 'data')
      }),
    )
    sockets.push(...opened)
  }
  const each = ((await memory(server)).heap - heap) / sockets.length / 1024
  for (const socket of sockets) socket.destroy()
  return each.toFixed(1)
}
