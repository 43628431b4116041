import { readFile } from 'node:fs/promises'
import type { ConnectionOptions } from 'node:tls'
import { Connection, type PoolConfig } from 'pg'
import type { Clock } from '../../../std/clock.ts'
import { BootError } from '../../../std/errors.ts'
import { readParameters } from '../../../std/service-url.ts'
import type { DbDriver, DbDriverNeeds } from '../driver.ts'

const parameters = ['host', 'port', 'application_name', 'prepare', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey'] as const
const sslModes = ['disable', 'require', 'verify-ca', 'verify-full'] as const

/**
 * A PostgreSQL server: `postgres://user:password@host:5432/name?sslmode=verify-full`, or through its socket:
 * `postgres://user@localhost/name?host=/var/run/postgresql`. With `prepare=off` it works behind a pooler in transaction mode.
 */
export async function open(url: URL, { clock }: DbDriverNeeds): Promise<DbDriver> {
  const given = readParameters(url, parameters)
  const user = decodeURIComponent(url.username) || process.env['USER'] || 'postgres'
  const config: PoolConfig = {
    host: given.host ?? (decodeURIComponent(url.hostname).replace(/^\[(.*)\]$/, '$1') || 'localhost'),
    port: readPort(given.port ?? url.port),
    user,
    // The empty string and not undefined: for that, `pg` would look into PGPASSWORD and ~/.pgpass.
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)) || user,
    application_name: given.application_name ?? 'throughline',
    ssl: await readTls(given),
  }
  return {
    name: 'postgres',
    durability: 'power loss',
    maxConnections: Infinity,
    prepares: readSwitch(given.prepare),
    connection: async () => config,
    cancel: (processId, secretKey) => sendCancel(config, clock, { processId, secretKey }),
    close: async () => {},
  }
}

function readSwitch(text = 'on'): boolean {
  if (text !== 'on' && text !== 'off') throw new BootError('config-invalid', `prepare is "${text}". Use on or off.`)
  return text === 'on'
}

function readPort(text: string): number {
  if (text === '') return 5432
  const port = Number(text)
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new BootError('config-invalid', `"${text}" is not a port. Use 1 to 65535.`)
  return port
}

/** The modes as libpq means them, without `allow` and `prefer`, which fall back to plain text in silence. */
async function readTls(given: Partial<Record<(typeof parameters)[number], string>>): Promise<false | ConnectionOptions> {
  const mode = sslModes.find((candidate) => candidate === (given.sslmode ?? 'disable'))
  if (mode === undefined)
    throw new BootError('config-invalid', `sslmode "${given.sslmode}" is not supported. Use one of ${sslModes.join(', ')}.`)
  if (mode === 'disable') return false
  const [ca, cert, key] = await Promise.all([readPem(given.sslrootcert), readPem(given.sslcert), readPem(given.sslkey)])
  return {
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
    rejectUnauthorized: mode !== 'require',
    ...(mode === 'verify-ca' && { checkServerIdentity: () => undefined }),
  }
}

async function readPem(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined
  return readFile(path, 'utf8').catch((error: unknown) => {
    throw new BootError('config-invalid', `The certificate file ${path} cannot be read.`, { cause: error })
  })
}

/** What `pg` has and its types leave out. */
interface CancelConnection extends Connection {
  connect(port: number, host?: string): void
  connect(path: string): void
  requestSsl(): void
  cancel(processId: number, secretKey: number): void
}

const cancelTimeoutMs = 3_000

/** Opens a second connection only to say "stop that backend" (protocol 55.2.8). The server closes it once it has sent the signal. */
function sendCancel(config: PoolConfig, clock: Clock, backend: { processId: number; secretKey: number }): Promise<void> {
  const { host = 'localhost', port = 5432, ssl } = config
  const connection = new Connection({ ssl }) as CancelConnection
  return new Promise((resolve, reject) => {
    const disarm = clock.after(cancelTimeoutMs, () =>
      connection.stream.destroy(new Error('The server did not take the cancel request in time.')),
    )
    connection.on('error', (error: Error) => (disarm(), reject(error)))
    connection.on('end', () => (disarm(), resolve()))
    connection.on('connect', () => (ssl ? connection.requestSsl() : connection.cancel(backend.processId, backend.secretKey)))
    connection.on('sslconnect', () => connection.cancel(backend.processId, backend.secretKey))
    if (host.startsWith('/')) connection.connect(`${host}/.s.PGSQL.${port}`)
    else connection.connect(port, host)
  })
}
