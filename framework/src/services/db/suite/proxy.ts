import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A network between the pool and the server that a test can cut. */
export interface Proxy {
  readonly url: string
  /** Resets what is connected and refuses everybody. */
  stop(): Promise<void>
  /** At the same port as before. */
  start(): Promise<void>
}

/** Undefined when the database is not reached over TCP. */
export async function openProxy(target: string): Promise<Proxy | undefined> {
  const url = new URL(target)
  if (!/^postgres(ql)?:$/.test(url.protocol) || url.hostname === '' || url.searchParams.has('host')) return undefined
  const { hostname: host } = url
  const targetPort = Number(url.port || 5432)
  const sockets = new Set<Socket>()
  const server = createServer((inbound) => {
    const outbound = connect(targetPort, host)
    for (const socket of [inbound, outbound]) {
      sockets.add(socket.setNoDelay())
      socket.on('error', () => {})
      socket.on('close', () => (sockets.delete(socket), inbound.destroy(), outbound.destroy()))
    }
    inbound.pipe(outbound).pipe(inbound)
  })
  const listen = (port: number): Promise<void> => new Promise((resolve) => server.listen(port, '127.0.0.1', resolve))
  await listen(0)
  const { port } = server.address() as AddressInfo
  url.host = `127.0.0.1:${port}`
  return {
    url: url.href,
    start: () => listen(port),
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.resetAndDestroy()
      await closed
    },
  }
}
