// Writes package-lock.json. npm leaves out an optional package (a tool's binary for another platform) that the registry at hand cannot
// serve, and `npm ci` then refuses the whole lockfile, everywhere. So what npm left out is put back: pinned, but without a hash.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'

const file = new URL('../package-lock.json', import.meta.url)
const systems = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32']
const processors = ['arm', 'arm64', 'ia32', 'ppc64', 'riscv64', 's390x', 'x64']

execFileSync('npm', ['install', '--package-lock-only', '--ignore-scripts'], { stdio: ['ignore', 'inherit', 'inherit'] })

const lock = JSON.parse(readFileSync(file, 'utf8'))
for (const owner of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(owner.optionalDependencies ?? {})) {
    if (/^\d/.test(version)) lock.packages[`node_modules/${name}`] ??= forPlatform(name, version, owner)
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')))
writeFileSync(file, `${JSON.stringify(lock, undefined, 2)}\n`)

function forPlatform(name, version, owner) {
  const words = name.split(/[/-]/)
  const libc = /-(gnu|musl)/.exec(name)?.[1]
  return {
    version,
    cpu: processors.filter((word) => words.includes(word)),
    ...(owner.dev && { dev: true }),
    ...(libc && { libc: [libc === 'gnu' ? 'glibc' : 'musl'] }),
    optional: true,
    os: systems.filter((word) => words.includes(word)),
  }
}
