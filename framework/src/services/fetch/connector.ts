import { isIP, type Socket } from 'node:net'
import { callbackify, promisify } from 'node:util'
import type { buildConnector } from 'undici'
import { isPublicAddress } from './address.ts'
import type { AllowList } from './allow-list.ts'
import { addressRefused } from './errors.ts'

/** The addresses of a name. Rejects when it has none. */
export type Resolve = (hostname: string) => Promise<readonly string[]>

type Connect = buildConnector.connector

/**
 * Connects to addresses that were looked at, and to no other: the name is resolved once, here, and what is connected to is the address,
 * so that a second answer of a name server (DNS rebinding) reaches nobody. A guard in `lookup` would not see addresses that are written as such.
 */
export function guardedConnector(connect: Connect, resolve: Resolve, allow: AllowList): Connect {
  return callbackify(async (options: buildConnector.Options) => {
    const hostname = options.hostname.replace(/^\[|\]$/g, '')
    const port = options.port || (options.protocol === 'https:' ? '443' : '80')
    const addresses = await permitted({ hostname, port, resolve, allow })
    const servername = options.servername ?? (isIP(hostname) === 0 ? hostname : undefined)
    return connectToOne(connect, { ...options, ...(servername !== undefined && { servername }) }, addresses)
  }) as unknown as Connect
}

interface Target {
  hostname: string
  port: string
  resolve: Resolve
  allow: AllowList
}

async function permitted({ hostname, port, resolve, allow }: Target): Promise<readonly string[]> {
  const addresses = isIP(hostname) === 0 ? await resolve(hostname) : [hostname]
  if (allow.hasHost(hostname, port)) return addresses
  // One bad address among good ones is how a name server of a stranger would try it.
  const bad = addresses.find((address) => !isPublicAddress(address) && !allow.hasAddress(address))
  if (bad === undefined) return addresses
  throw addressRefused('The URL leads to an address that is not public.', new Error(`${hostname} is ${bad}`))
}

async function connectToOne(connect: Connect, options: buildConnector.Options, addresses: readonly string[]): Promise<Socket> {
  const connectTo = promisify<buildConnector.Options, Socket>(connect as never)
  let failure: unknown = new Error('The name has no address.')
  for (const address of addresses) {
    try {
      return await connectTo({ ...options, hostname: address })
    } catch (error) {
      failure = error
    }
  }
  throw failure
}
