import { execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** Starts a PostgreSQL of its own from a folder of binaries, on a free port of loopback, in a folder that goes with it. */
export async function startPostgres(binaries) {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-postgres-'))
  const owner = serverOwner()
  const bin = readableBinaries(binaries, folder, owner)
  const password = randomBytes(16).toString('hex')
  const port = await freePort()
  const data = join(folder, 'data')
  const passwordFile = join(folder, 'password')
  writeFileSync(passwordFile, password)
  for (const path of [folder, passwordFile]) if (owner.uid !== undefined) chownSync(path, owner.uid, owner.gid)
  const options = { ...owner, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'], env: { PATH: process.env.PATH, LC_ALL: 'C' } }
  execFileSync(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8'],
    options,
  )

  const server = spawn(
    join(bin, 'postgres'),
    ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder, '-c', 'max_connections=100'],
    options,
  )
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
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** PostgreSQL refuses to run as root: then it runs as the user that its package made. */
function serverOwner() {
  if (process.getuid?.() !== 0) return {}
  const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' })))
  return { uid, gid }
}

/** The binaries themselves, or a copy where the server's owner may not enter the folder of the clone. */
function readableBinaries(binaries, folder, owner) {
  if (owner.uid === undefined || binaries.startsWith('/usr/')) return binaries
  const copy = join(folder, 'postgres')
  mkdirSync(copy)
  cpSync(dirname(binaries), copy, { recursive: true, verbatimSymlinks: true })
  chmodSync(folder, 0o755)
  return join(copy, 'bin')
}

async function freePort() {
  const probe = createServer()
  await new Promise((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  return port
}

function listening(server) {
  let log = ''
  return new Promise((resolve, reject) => {
    server.stderr.on('data', (chunk) => {
      log += chunk
      if (log.includes('ready to accept connections')) resolve()
    })
    server.once('close', (code) => reject(new Error(`PostgreSQL ended with status ${code}:\n${log}`)))
  })
}
