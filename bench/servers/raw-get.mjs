// A small JSON answer by node:http alone, with the same headers as the framework sends.
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { securityHeaders } from './security-headers.mjs'

const server = createServer((request, response) => {
  if (!request.url.startsWith('/users/')) return response.writeHead(404).end()
  const body = JSON.stringify({ id: request.url.slice(7), name: 'alice', email: 'a@x.com' })
  response.writeHead(200, [
    'content-type',
    'application/json',
    ...securityHeaders,
    'x-request-id',
    randomUUID(),
    'content-length',
    String(Buffer.byteLength(body)),
  ])
  response.end(body)
})
server.listen(0, '127.0.0.1', () => console.log(`ready http://127.0.0.1:${server.address().port}`))
process.once('SIGTERM', () => process.exit(0))
