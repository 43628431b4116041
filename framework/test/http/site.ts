import { connect } from 'node:net'
import { Listener, type ListenerOptions } from '../../src/http/accept/server.ts'
import { HttpSite, type SiteOptions } from '../../src/http/serve.ts'
import { ambient } from '../../src/std/ambient.ts'
import { systemClock } from '../../src/std/clock.ts'
import { uuidv7 } from '../../src/std/ids.ts'
import { silentLog } from '../../src/std/log.ts'

/** What a test may say of the listener instead of the site. */
interface Door {
  connectionLimits?: ListenerOptions['limits']
  tls?: ListenerOptions['tls']
  port?: number
  linger?: number
  reusePort?: boolean
}

/** Routes behind a real socket, with nothing of an application around them. */
export async function openSite({
  connectionLimits = {},
  tls,
  port = 0,
  linger = 0,
  reusePort = false,
  ...options
}: Pick<SiteOptions, 'routes'> & Partial<SiteOptions> & Door) {
  const site = new HttpSite({
    log: silentLog,
    clock: systemClock,
    ids: uuidv7(),
    ambient,
    authenticate: undefined,
    around: [],
    deadline: 5000,
    bodyLimit: 1024,
    trustedProxies: [],
    docsUrl: (code) => `/docs#error-${code}`,
    observe: () => () => {},
    onBreach: () => {},
    ...options,
  })
  const listener = new Listener({
    host: '127.0.0.1',
    port,
    linger,
    reusePort,
    docsUrl: (code) => `/docs#error-${code}`,
    clock: options.clock ?? systemClock,
    limits: connectionLimits,
    tls,
    onRequest: (request, response) => site.serve(request, response),
    refuse: (request, problem) => site.inFlight.cutOne(request, problem),
  })
  await listener.open()
  return {
    site,
    listener,
    url: listener.url,
    /** Sends bytes as they are, and resolves to everything that came back until the server closed or `until` was seen. */
    raw: (bytes: string | Uint8Array, until?: RegExp) => rawRequest(Number(new URL(listener.url).port), bytes, until),
    close: async () => {
      const closed = listener.close()
      listener.destroy()
      await closed
    },
  }
}

function rawRequest(port: number, bytes: string | Uint8Array, until?: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    socket.setEncoding('latin1')
    socket.on('data', (chunk: string) => {
      received += chunk
      if (until?.test(received)) {
        socket.destroy()
        resolve(received)
      }
    })
    socket.on('end', () => resolve(received))
    socket.on('close', () => resolve(received))
    socket.on('error', reject)
  })
}
