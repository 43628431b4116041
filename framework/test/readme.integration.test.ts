import assert from 'node:assert/strict'
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { none, root } from './source-tree.ts'

/** What a newcomer's shell remembers between two blocks of the README. */
interface Shell {
  TOKEN: string
  ORDER: string
}

const printedOrigin = 'http://127.0.0.1:3000'
const readme = readFileSync(join(root, 'README.md'), 'utf8')

let dataDir: string
let server: ChildProcess | undefined

before(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'throughline-walk-'))
})
after(async () => {
  await kill()
  rmSync(dataDir, { recursive: true, force: true })
})

describe('the README', () => {
  it('shows what npm start prints, and walks a newcomer to a paid order that a killed server still has · M22.23', async () => {
    const [logIn, list, order, pay, trace, seeAgain] = walk()
    assert.ok(logIn && list && order && pay && trace && seeAgain)
    const printed = await start()
    const origin = /^ready (\S+)$/m.exec(printed)![1]!
    assert.equal(printed.replaceAll(origin, printedOrigin).trim(), /^```text\n(ready .*?)\n```$/ms.exec(readme)?.[1])

    const shell: Shell = { TOKEN: '', ORDER: '' }
    paste(logIn, origin, shell)
    const products = JSON.parse(paste(list, origin, shell)) as { data: { price: number }[] }
    const prices = products.data.map(({ price }) => price)
    assert.equal(prices.length, 3)
    assert.deepEqual(
      prices,
      prices.toSorted((a, b) => b - a),
    )
    paste(order, origin, shell)
    const paid = JSON.parse(paste(pay, origin, shell)) as { id: string; status: string }
    assert.deepEqual([paid.id, paid.status], [shell.ORDER, 'paid'])
    const picture = paste(trace, origin, shell)
    for (const row of [/^dns/m, /^tcp/m, /^waiting/m, /^ +authenticate/m, /^ +with placed as/m, /^console +http/m])
      assert.match(picture, row)
    const { rows } = (await (await fetch(`${origin}/console/api/operations?text=orders`)).json()) as { rows: { name: string }[] }
    assert.deepEqual(
      rows.map(({ name }) => name),
      ['POST /api/v1/orders', 'POST /api/v1/orders/{orderId}/pay', 'POST /api/v1/orders'],
    )

    await kill()
    const originAgain = /^ready (\S+)$/m.exec(await start())![1]!
    assert.deepEqual(JSON.parse(paste(seeAgain, originAgain, shell)), paid)
  })

  it('links to nothing that is not there', () => {
    const pages = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', 'docs/README.md']
    none(
      pages.flatMap((page) =>
        [...readFileSync(join(root, page), 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)/g)]
          .filter(([, link]) => !existsSync(join(root, page, '..', link!)))
          .map(([, link]) => `${page} links to ${link}`),
      ),
    )
  })
})

/** The blocks of the walk, in order. */
function walk(): string[] {
  const section = /<!-- walk.*?-->(.*?)<!-- \/walk -->/s.exec(readme)?.[1] ?? ''
  return [...section.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block!)
}

/** Runs a block as it stands, except for the port, and gives what it prints. What it sets is kept in `shell`. */
function paste(block: string, origin: string, shell: Shell): string {
  const script = `${block.replaceAll(printedOrigin, origin)}\nprintf '\\n%s\\n%s' "$TOKEN" "$ORDER"`
  const lines = execFileSync('sh', ['-ec', script], { encoding: 'utf8', env: { ...process.env, ...shell } }).split('\n')
  shell.ORDER = lines.pop()!
  shell.TOKEN = lines.pop()!
  return lines.join('\n')
}

/** Starts what `npm start` starts, on a free port. Resolves to what it prints for people, once it has printed all of it. */
async function start(): Promise<string> {
  const env = { ...process.env, PORT: '0', DATA_DIR: dataDir, NODE_ENV: 'development' }
  server = spawn(process.execPath, ['-C', '@throughline/source', 'orders/src/main.ts'], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  return new Promise((resolve, reject) => {
    server!.stdout!.on('data', (chunk) => {
      output += String(chunk)
      const people = output.split('\n').filter((line) => !line.startsWith('{'))
      if (people.some((line) => line.startsWith('Try ')) && output.endsWith('\n')) resolve(people.join('\n'))
    })
    server!.once('close', (code) => reject(new Error(`It ended with status ${code}:\n${output}`)))
  })
}

async function kill(): Promise<void> {
  if (server === undefined || server.exitCode !== null || server.signalCode !== null) return
  server.removeAllListeners('close')
  server.kill('SIGKILL')
  await once(server, 'close')
}
