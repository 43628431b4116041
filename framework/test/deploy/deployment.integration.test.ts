import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { describe, it } from 'node:test'
import { root } from '../source-tree.ts'

const run = promisify(execFile)
const source = ['-C', '@throughline/source']
const read = (file: string) => readFileSync(join(root, file), 'utf8')

interface Failed {
  readonly code: number
  readonly stderr: string
}

function kubernetes(...flags: string[]): Promise<{ stdout: string }> {
  return run(process.execPath, [...source, join(root, 'framework/bin/throughline.mjs'), 'kubernetes', ...flags], { cwd: root, env: {} })
}

interface Instruction {
  readonly name: string
  readonly rest: string
}

/** The Dockerfile, an instruction a line, as this one is written. */
const instructions: readonly Instruction[] = read('Dockerfile')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => ({ name: line.slice(0, line.indexOf(' ')), rest: line.slice(line.indexOf(' ') + 1) }))
const all = (name: string) => instructions.filter((one) => one.name === name).map(({ rest }) => rest)
const last = instructions.slice(instructions.findLastIndex(({ name }) => name === 'FROM'))
const environment = Object.fromEntries(
  last.filter(({ name }) => name === 'ENV').flatMap(({ rest }) => rest.split(' ').map((pair) => pair.split(/=(.*)/s).slice(0, 2))),
) as Record<string, string>

describe('the manifests in deploy/', () => {
  it('are what `throughline kubernetes` writes for the Orders API · M18.14 M18.16', async () => {
    const file = read('deploy/kubernetes/orders.yaml')
    const [, image = ''] = /image: "(.+)"/.exec(file) ?? []
    assert.equal((await kubernetes('--image', image)).stdout, file, 'Write it anew: throughline kubernetes --image IMAGE > deploy/kubernetes/orders.yaml')
  })

  it('are refused where SIGKILL would come too early, or the image can change · M18.14', async () => {
    const image = 'orders:1.0.0'
    const refused = async (flags: string[], message: RegExp) => {
      const error = await kubernetes(...flags).then(
        () => assert.fail('It was not refused.'),
        (failure: Failed) => failure,
      )
      assert.equal(error.code, 64)
      assert.match(error.stderr, message)
    }
    await Promise.all([
      refused(
        ['--image', image, '--termination-grace', '26'],
        /is 26, and a stop may take 26 seconds \(5000 ms delay, 20000 ms grace, 1 s\)/,
      ),
      refused(['--image', 'orders:latest'], /which can be another image tomorrow/),
      refused(['--image', 'registry.example.com:5000/orders'], /which can be another image tomorrow/),
      refused([], /There is no --image/),
    ])
    const { stdout } = await kubernetes('--image', image, '--termination-grace', '27')
    assert.match(stdout, /terminationGracePeriodSeconds: 27\n/)
  })
})

describe('the Dockerfile', () => {
  it('has Node.js itself as process 1, not a shell or npm that would keep SIGTERM for itself · M18.15', () => {
    const forms = [...all('CMD'), ...all('RUN'), ...all('HEALTHCHECK').map((rest) => rest.slice(rest.indexOf('CMD ') + 4))]
    for (const form of forms) assert.doesNotThrow(() => JSON.parse(form) as unknown, `${form} is run by a shell`)
    const [command] = JSON.parse(all('CMD').join('')) as string[]
    assert.equal(command, 'node')
    assert.equal(all('ENTRYPOINT').length, 0)
  })

  it('stands on the version of Node.js that the tests run on, and runs as nobody special', () => {
    const { devDependencies } = JSON.parse(read('package.json')) as { devDependencies: Record<string, string> }
    for (const from of all('FROM')) assert.ok(from.startsWith(`node:${devDependencies['node']}-`), from)
    const names = last.map(({ name }) => name)
    assert.match(last.findLast(({ name }) => name === 'USER')!.rest, /^[1-9]\d*:[1-9]\d*$/)
    assert.ok(names.lastIndexOf('USER') > names.lastIndexOf('COPY') && names.lastIndexOf('USER') < names.lastIndexOf('CMD'))
    assert.equal(all('ADD').length, 0)
  })

  it('copies what there is, and neither secrets nor what was installed elsewhere', () => {
    const copied = all('COPY')
      .filter((rest) => !rest.startsWith('--from'))
      .flatMap((rest) => rest.split(' ').slice(0, -1))
    for (const path of copied) assert.ok(existsSync(join(root, path)), `There is no ${path}`)
    const ignored = read('.dockerignore').split('\n')
    for (const pattern of ['.git', '**/.env', '**/node_modules', '.data']) assert.ok(ignored.includes(pattern), pattern)
  })

  it('starts what it says, is healthy by its own check, and ends with 0 on SIGTERM · M18.13 M18.15 M18.16', async (t) => {
    const dataDir = mkdtempSync(join(tmpdir(), 'throughline-image-'))
    t.after(() => rmSync(dataDir, { recursive: true, force: true }))
    const key = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
    const env = {
      ...environment,
      NODE_OPTIONS: `${environment['NODE_OPTIONS']} ${source.join(' ')}`,
      HOST: '127.0.0.1',
      PORT: '0',
      DATA_DIR: dataDir,
      DATABASE_URL: 'pglite:memory',
      AUTH_SIGNING_KEY: key,
    }
    const [, ...command] = JSON.parse(all('CMD').join('')) as string[]
    const child = spawn(process.execPath, command, { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] })
    t.after(() => child.kill('SIGKILL'))
    const exited = once(child, 'exit')
    let port = ''
    for await (const line of createInterface({ input: child.stdout })) {
      port = /^ready http:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1] ?? ''
      if (port !== '') break
    }
    child.stdout.resume()
    const check = all('HEALTHCHECK').join('')
    const [, ...arguments_] = JSON.parse(check.slice(check.indexOf('CMD ') + 4)) as string[]
    const healthy = () => run(process.execPath, arguments_, { env: { PORT: port } })
    await healthy()
    child.kill('SIGTERM')
    assert.deepEqual(await exited, [0, null])
    await assert.rejects(healthy(), { code: 1 })
  })
})

describe('compose.yaml', () => {
  it('waits longer than the longest stop before it kills, and knows no secret · M18.14', () => {
    const text = read('compose.yaml')
    const grace = Number(/SHUTDOWN_GRACE: (\d+)s/.exec(text)?.[1])
    const kill = Number(/orders:\n(?:.*\n)*? {4}stop_grace_period: (\d+)s/.exec(text)?.[1])
    assert.ok(kill > grace + 1)
    assert.match(text, /AUTH_SIGNING_KEY: \$\{AUTH_SIGNING_KEY:\?/)
    assert.doesNotMatch(text, /image: [^:\n]+(:latest)?$/m)
  })
})
