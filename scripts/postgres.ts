import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

interface Owner {
  uid?: number
  gid?: number
}

/** Starts a PostgreSQL of its own from a folder of binaries, on a free port of loopback, in a folder that goes with it. */
export async function startPostgres(binaries: string): Promise<{ url: string; version: string; stop: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-postgres-'))
  const owner = serverOwner()
  const bin = readableBinaries(binaries, folder, owner)
  const password = randomBytes(16).toString('hex')
  const port = String(await freePort())
  const data = join(folder, 'data')
  const passwordFile = join(folder, 'password')
  writeFileSync(passwordFile, password)
  for (const path of [folder, passwordFile]) if (owner.uid !== undefined) chownSync(path, owner.uid, owner.gid!)

  const env = { PATH: process.env['PATH'], LC_ALL: 'C' }
  const initdb = ['-D', data, '-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8']
  execFileSync(join(bin, 'initdb'), initdb, { ...owner, cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] })
  const postgres = ['-D', data, '-p', port, '-h', '127.0.0.1', '-k', folder, '-c', 'max_connections=100']
  const server = spawn(join(bin, 'postgres'), postgres, { ...owner, cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] })
  // PostgreSQL's fast shutdown: it does not wait for clients.
  const end = () => server.kill('SIGINT')
  process.once('exit', end)
  await listening(server)
  return {
    url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    version: execFileSync(join(bin, 'postgres'), ['--version'], { encoding: 'utf8' }).trim(),
    stop: async () => {
      const gone = new Promise((resolve) => server.once('close', resolve))
      end()
      await gone
      process.off('exit', end)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** PostgreSQL refuses to run as root: then it runs as the user that its package made. */
function serverOwner(): Owner {
  if (process.getuid?.() !== 0) return {}
  const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' })))
  return { uid: uid!, gid: gid! }
}

/** The binaries themselves, or a copy where the server's owner may not enter the folder of the clone. */
function readableBinaries(binaries: string, folder: string, owner: Owner): string {
  if (owner.uid === undefined || binaries.startsWith('/usr/')) return binaries
  const copy = join(folder, 'postgres')
  mkdirSync(copy)
  cpSync(dirname(binaries), copy, { recursive: true, verbatimSymlinks: true })
  chmodSync(folder, 0o755)
  return join(copy, 'bin')
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}

function listening(server: ChildProcess): Promise<void> {
  let log = ''
  return new Promise((resolve, reject) => {
    server.stderr!.on('data', (chunk) => {
      log += String(chunk)
      if (log.includes('ready to accept connections')) resolve()
    })
    server.once('close', (code) => reject(new Error(`PostgreSQL ended with status ${code}:\n${log}`)))
  })
}
