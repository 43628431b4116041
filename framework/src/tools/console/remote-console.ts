import { createServer, request as requestHttp, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { AddressInfo } from 'node:net'

export interface RemoteConsole {
  /** Of the application whose console it is. */
  readonly remote: URL
  readonly token: string | undefined
  /** Of this machine; 0 takes any free one. */
  readonly port: number
  /** PEM certificates of authorities beside the system's. */
  readonly ca: readonly string[]
}

const ownNames = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/
/** Of one connection, or about who is asking: neither is the other side's business (RFC 9110, 7.6.1). */
const notForwarded = new Set(['connection', 'keep-alive', 'upgrade', 'te', 'host', 'cookie', 'authorization', 'referer', 'origin'])
const notReturned = new Set(['connection', 'keep-alive', 'transfer-encoding', 'set-cookie', 'strict-transport-security'])

/** What the console links to. It is open to everybody there, and asked for without the token. */
const linked = /^\/(?:docs(?:\/[\w-]+(?:\.[\w-]+)*)?|openapi\.(?:json|yaml))$/

/**
 * Another machine's console on a port of this one. The token stays here: it is put into what is sent there, and no page ever has it.
 * Only `/console` goes through, and for reading what it links to: the API reference and the contract.
 */
export async function openRemoteConsole(options: RemoteConsole): Promise<{ url: string; server: Server }> {
  const server = createServer((request, response) => forward(request, response, options))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, '127.0.0.1', resolve)
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/console`, server }
}

function forward(request: IncomingMessage, response: ServerResponse, { remote, token, ca }: RemoteConsole): void {
  const { headers, method = 'GET', url = '/' } = request
  const site = headers['sec-fetch-site']
  // Whoever gets through here has the token's rights: no page of another name, and none of another site.
  if (!ownNames.test(headers.host ?? '') || (site !== undefined && site !== 'same-origin' && site !== 'none')) {
    refuse(response, 403, 'This console is for pages of its own.')
    return
  }
  const target = targetOf(url, method, remote)
  if (target === undefined) {
    refuse(response, 404, 'Only /console is here, and for reading /docs and /openapi.json.')
    return
  }
  const send = remote.protocol === 'https:' ? requestHttps : requestHttp
  const kept = Object.entries(headers).filter(([name]) => !notForwarded.has(name))
  const sent = send(target.url, {
    method,
    headers: { ...Object.fromEntries(kept), ...(target.isConsole && token !== undefined && { authorization: `Bearer ${token}` }) },
    ...(ca.length > 0 && { ca: [...ca] }),
  })
  sent.once('response', (answer) => {
    const returned = Object.fromEntries(Object.entries(answer.headers).filter(([name]) => !notReturned.has(name)))
    const { location } = answer.headers
    if (location !== undefined) {
      const goal = URL.parse(location, target.url)
      if (goal?.origin !== remote.origin) {
        answer.resume()
        refuse(response, 502, `${remote.origin} sends elsewhere, to ${goal?.origin ?? 'no address'}: nothing is fetched from there.`)
        return
      }
      returned['location'] = goal.pathname + goal.search
    }
    response.writeHead(answer.statusCode ?? 502, returned)
    answer.pipe(response)
    answer.once('error', () => response.destroy())
  })
  sent.once('error', (error) => refuse(response, 502, `${remote.origin} did not answer: ${error.message}`))
  response.once('close', () => sent.destroy())
  request.pipe(sent)
}

/** By the path as it will be sent: `/console/../orders` is one of `/orders`. */
function targetOf(url: string, method: string, remote: URL): { url: URL; isConsole: boolean } | undefined {
  const target = url.startsWith('/') ? URL.parse(url, remote.origin) : null
  if (target?.origin !== remote.origin) return undefined
  const isConsole = /^\/console(?:\/|$)/.test(target.pathname)
  return isConsole || (method === 'GET' && linked.test(target.pathname)) ? { url: target, isConsole } : undefined
}

function refuse(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent) response.destroy()
  else response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`)
}
