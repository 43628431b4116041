import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { it } from 'node:test'
import { systemClock } from '../../std/clock.ts'
import { silentLog } from '../../std/log.ts'
import { metrics } from '../../system/metrics/index.ts'
import { outbound } from './fetch.ts'

it('calls to others have rate, errors and duration by host, over all clients of a meter · M17.9', async (t) => {
  const server = createServer((request, response) => {
    if (request.url === '/gone') response.writeHead(302, { location: '/there' }).end()
    else if (request.url === '/cut') response.destroy()
    else response.end('ok')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const meter = metrics()
  const open = () => outbound({ clock: systemClock, log: silentLog, meter, allow: ['127.0.0.1'] })
  const [one, other] = [open(), open()]
  t.after(() => Promise.all([one.close(), other.close()]))
  await (await one.fetch(`http://${host}/gone`)).text()
  await (await other.fetch(`http://${host}/`, { method: 'POST' })).text()
  await assert.rejects(other.fetch(`http://${host}/cut`))
  const closed = createServer().listen(0, '127.0.0.1')
  await once(closed, 'listening')
  const nowhere = `127.0.0.1:${(closed.address() as AddressInfo).port}`
  await new Promise((resolve) => closed.close(resolve))
  await assert.rejects(one.fetch(`http://${nowhere}/`))
  const points = meter.collect(['http_client_request_duration_seconds'])[0]!.points
  assert.deepEqual(
    points.map(({ labels, count }) => [labels['host'], labels['method'], labels['status'], count]),
    [
      [host, 'GET', '302', 1],
      [host, 'GET', '200', 1],
      [host, 'POST', '200', 1],
      [host, 'GET', 'UND_ERR_SOCKET', 1],
      [nowhere, 'GET', 'ECONNREFUSED', 1],
    ],
  )
  assert.ok(points.every(({ value }) => value > 0 && value < 10))
})
