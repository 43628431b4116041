import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { root } from '../source-tree.ts'

const [, pattern = ''] = /```js\n(const server = createServer[^]*?)```/.exec(readFileSync(join(root, 'docs/18-shutdown.md'), 'utf8')) ?? []
const lines = pattern.trim().split('\n')

// What the pattern takes for granted; answers wait for a word on standard input, ports are free ones.
const surroundings = `
import { createServer as create } from 'node:http'
const handler = (request, response) => {
  console.log('asked')
  process.stdin.once('data', () => response.end('finished'))
}
const pool = { end: async () => console.log('pool closed') }
const flushLog = async () => console.log('log flushed')
const createServer = (handle) => {
  const server = create(handle)
  const listen = server.listen.bind(server)
  server.listen = () => listen(0, '127.0.0.1', () => console.log(server.address().port))
  return server
}
process.once('SIGTERM', () => console.log('signalled'))
`

describe('the pattern of a graceful stop', () => {
  it('is at most ten lines by hand, and does what it says · M18.8', async (t) => {
    assert.ok(lines.length > 0 && lines.length <= 10, `${lines.length} lines`)
    const child = spawn(process.execPath, ['--input-type=module', '--eval', surroundings + pattern], { stdio: ['pipe', 'pipe', 'inherit'] })
    t.after(() => child.kill('SIGKILL'))
    let told = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (told += text))
    const heard = async (what: RegExp) => {
      while (!what.test(told)) await once(child.stdout, 'data')
    }
    await heard(/^\d+\n/)
    const socket = connect(Number.parseInt(told, 10), '127.0.0.1').setEncoding('utf8')
    t.after(() => socket.destroy())
    socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
    await heard(/asked/)
    const exited = once(child, 'exit')
    child.kill('SIGTERM')
    await heard(/signalled/)
    const answer = once(socket, 'data') as Promise<[string]>
    child.stdin.write('go\n')
    assert.match((await answer)[0], /finished/)
    assert.deepEqual(await exited, [0, null])
    assert.match(told, /pool closed\nlog flushed\n$/)
  })

  it('is no line in an application: the one of these tests says nothing of signals · M18.8', () => {
    const source = readFileSync(new URL('instance-main.ts', import.meta.url), 'utf8')
    assert.doesNotMatch(source, /SIGTERM|SIGINT|process\.(on|once|exit)\(/)
  })
})
