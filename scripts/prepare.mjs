// Runs before every npm script: makes sure that what the script needs is there, and says in one sentence why when it cannot be.
// Plain JavaScript without dependencies, because on a fresh clone it runs before anything is installed, on whatever Node.js there is.
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, mkdirSync, readFileSync, readdirSync, realpathSync, statSync, statfsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const neededMegabytes = 600

/** Why preparing stopped: one sentence, what to do, and the exit status (sysexits.h). */
class Refusal extends Error {
  constructor(exitCode, message) {
    super(message)
    this.exitCode = exitCode
  }
}

export function checkNode(version) {
  const [major, minor] = version.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  throw new Refusal(78, `Node.js ${version} is too old: install Node.js 20.19 or newer (the project brings its own Node.js 24).`)
}

/** The first package whose installed version is not the locked one; undefined when node_modules holds what the lockfile says. */
export function firstDifference(root) {
  const installed = readPackages(join(root, 'node_modules', '.package-lock.json'))
  if (!installed) return 'node_modules'
  const locked = readPackages(join(root, 'package-lock.json'))
  for (const [path, { version, optional, link }] of Object.entries(locked)) {
    if (path.startsWith('node_modules/') && !optional && !link && installed[path]?.version !== version) return path
  }
  return existsSync(join(root, 'node_modules', '.bin', 'node')) ? undefined : 'node_modules/.bin/node'
}

/** What npm does in a folder that is read-only, or too small, it explains badly or not at all: with a full disk it reports success. */
function checkFolder(root) {
  const folder = join(root, 'node_modules')
  try {
    if (!existsSync(folder)) mkdirSync(folder)
    accessSync(folder, constants.W_OK)
  } catch (error) {
    throw explainFailure(error.code, root)
  }
  const { bavail, bsize } = statfsSync(folder)
  if (bavail * bsize < neededMegabytes * 1e6) throw explainFailure('ENOSPC', root)
}

/** Puts what npm or the file system complained about into one sentence. */
export function explainFailure(output, root) {
  if (/\bENOSPC\b/.test(output))
    return new Refusal(73, `The disk is full: free ${neededMegabytes} MB for ${join(root, 'node_modules')}, then try again.`)
  if (/\b(EROFS|EACCES|EPERM)\b/.test(output)) {
    return new Refusal(73, `The folder ${root} cannot be written: make it writable for this user, or clone into one that is.`)
  }
  if (/\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|ENOTCACHED)\b/.test(output)) {
    return new Refusal(69, 'The npm registry cannot be reached: connect to the network (or set the registry in .npmrc), then try again.')
  }
  return new Refusal(70, `npm ci failed; its last words:\n${output.trim().split('\n').slice(-15).join('\n')}`)
}

function install(root) {
  checkFolder(root)
  console.error('Installing the locked dependencies (about 15 seconds, once) …')
  // npm must not run on the Node.js that it is about to replace.
  const own = join(root, 'node_modules', '.bin')
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== own)
  const options = ['--include=dev', '--loglevel=warn', '--fetch-retries=2', '--fetch-timeout=60000', '--fetch-retry-mintimeout=1000']
  const npm = spawnSync('npm', ['ci', ...options], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, PATH: path.join(delimiter) },
    shell: process.platform === 'win32',
  })
  if (npm.error) throw new Refusal(69, `npm cannot be run (${npm.error.message}): install npm, which comes with Node.js.`)
  const output = (npm.stdout + npm.stderr).replaceAll(/^npm warn (EBADENGINE|Unknown).*\n/gm, '')
  if (npm.status !== 0) throw explainFailure(output, root)
  const missing = firstDifference(root)
  if (missing) throw new Refusal(70, `npm ci left ${missing} out: allow install scripts (ignore-scripts=false in .npmrc), then try again.`)
}

/** Builds the pages that the framework serves, when a source of theirs is newer than they are. */
async function buildConsole(root) {
  const build = join(root, 'console', 'build.mjs')
  const built = join(root, 'framework', 'dist', 'console')
  const sources = ['console/build.mjs', 'console/chapters.mjs', 'console/src', 'docs', 'framework/src/contract/trace']
  if (!existsSync(build) || Math.max(...sources.map((path) => newest(join(root, path)))) <= newest(built)) return
  try {
    await import(pathToFileURL(build).href)
  } catch (error) {
    throw explainFailure(String(error?.stack), root)
  }
}

function newest(folder) {
  if (!existsSync(folder)) return 0
  if (!statSync(folder).isDirectory()) return statSync(folder).mtimeMs
  return Math.max(...readdirSync(folder, { recursive: true }).map((name) => statSync(join(folder, name)).mtimeMs), 0)
}

function readPackages(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : undefined
}

export async function prepare(root) {
  checkNode(process.versions.node)
  if (firstDifference(root)) install(root)
  await buildConsole(root)
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    await prepare(fileURLToPath(new URL('..', import.meta.url)))
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    console.error(error.message)
    process.exitCode = error.exitCode
  }
}
