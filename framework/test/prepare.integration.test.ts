import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it, type TestContext } from 'node:test'
import { root } from './source-tree.ts'

/** Nobody listens on port 1, and an empty cache cannot answer instead. */
const noNetwork = { npm_config_registry: 'http://127.0.0.1:1', npm_config_cache: '', npm_config_offline: 'false' }

let folder: string
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'throughline-clone-'))
  noNetwork.npm_config_cache = join(folder, 'cache')
})
after(() => {
  rmSync(folder, { recursive: true, force: true })
})

describe('a clone without node_modules', () => {
  it('says that there is no network, and nothing else · M22.16', async () => {
    const { status, stderr } = await prepare(clone('offline'), noNetwork)
    assert.equal(status, 69)
    assert.match(lastLine(stderr), /^The npm registry cannot be reached: connect to the network/)
    assert.doesNotMatch(stderr, /^\s+at /m)
  })

  it('says that the folder cannot be written', async (t) => {
    const path = mounted(t, 'readonly', 'size=8m')
    if (path === undefined) return
    execFileSync('mount', ['-o', 'remount,ro', path])
    const { status, stderr } = await prepare(path)
    assert.equal(status, 73)
    assert.match(lastLine(stderr), /^The folder .*readonly\/? cannot be written: make it writable/)
  })

  it('says that the disk is full', async (t) => {
    const path = mounted(t, 'full', 'size=2m')
    if (path === undefined) return
    const { status, stderr } = await prepare(path)
    assert.equal(status, 73)
    assert.match(lastLine(stderr), /^The disk is full: free 600 MB/)
  })
})

function clone(name: string): string {
  const path = join(folder, name)
  copy(path)
  return path
}

function copy(path: string): void {
  mkdirSync(join(path, 'scripts'), { recursive: true })
  for (const file of ['package.json', 'package-lock.json', '.npmrc', 'scripts/prepare.mjs']) cpSync(join(root, file), join(path, file))
  for (const workspace of ['framework', 'orders', 'console']) {
    mkdirSync(join(path, workspace))
    cpSync(join(root, workspace, 'package.json'), join(path, workspace, 'package.json'))
  }
}

/** A file system of its own; undefined, and the test skipped by name, where this user may not mount one. */
function mounted(t: TestContext, name: string, options: string): string | undefined {
  const path = join(folder, name)
  mkdirSync(path)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path], { stdio: 'pipe' })
  } catch {
    t.skip('mounting a small file system needs root')
    return undefined
  }
  t.after(() => {
    execFileSync('umount', ['-l', path])
  })
  copy(path)
  return path
}

async function prepare(path: string, env: Record<string, string> = {}): Promise<{ status: number | null; stderr: string }> {
  const child = spawn(process.execPath, ['scripts/prepare.mjs'], {
    cwd: path,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk))
  const [status] = await new Promise<[number | null]>((resolve) => child.on('close', (code) => resolve([code])))
  return { status, stderr }
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? ''
}
