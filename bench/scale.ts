import { once } from 'node:events'
import { request } from 'node:http'
import { connect, type Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { load, requireWrk } from './lib/load.ts'
import { startServer, type Server } from './lib/process.ts'
import { keep } from './lib/report.ts'
import { alternate, ratios, show } from './lib/rounds.ts'

const program = ['-C', '@throughline/source', '--expose-gc', 'bench/servers/scale.ts']
const piece = 64 * 1024
const gigabyte = 2 ** 30

/** What more of everything costs: routes, bytes, connections. */
export async function run(): Promise<void> {
  requireWrk()
  const server = await startServer(program, { PORT: '0', ROUTES: '10' })
  const rows = [
    ['10,000 routes in place of 10', `${await manyRoutes(server)} of the requests/s`, '≥ 0.90'],
    [
      '1 GiB down in place of 64 MiB',
      `${await growth(server, (bytes) => download(server, bytes))} MB more resident memory at its peak`,
      '≤ 50',
    ],
    [
      '1 GiB up in place of 64 MiB, as a file of a form',
      `${await growth(server, (bytes) => upload(server, bytes))} MB more resident memory at its peak`,
      '≤ 50',
    ],
    ['10,000 idle keep-alive connections', `${await idle(server)} KB of heap and buffers each`, '≤ 10'],
  ]
  await server.stop()
  keep('scale', {
    order: 4.5,
    title: 'More of everything',
    method: 'One process each; memory as the process itself counts it, after a collection.',
    columns: ['', 'measured', 'goal'],
    rows,
  })
}

async function manyRoutes(few: Server): Promise<string> {
  const servers = { few, many: await startServer(program, { PORT: '0', ROUTES: '10000' }) }
  const results = await alternate(
    ['few', 'many'],
    15,
    async (name) => (await load({ url: `${servers[name].url}/api/resource7/42`, seconds: 1 })).perSecond,
  )
  await servers.many.stop()
  return show(ratios(results.many, results.few))
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
