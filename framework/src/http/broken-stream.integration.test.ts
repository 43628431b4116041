import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { after, before, describe, it } from 'node:test'
import { openSite } from '../../test/http/site.ts'
import { endpoint } from '../contract/endpoint.ts'
import { silentLog, type Log, type LogFields } from '../std/log.ts'
import { implement } from './implement.ts'
import { rawReply } from './stage.ts'

const stream = { auth: 'none', mediaType: 'text/plain' } as const
const contract = {
  failing: endpoint('GET /failing', { summary: 'Fails in its middle', ...stream }),
  ending: endpoint('GET /ending', { summary: 'Its source goes away without a word', ...stream }),
  endless: endpoint('GET /endless', { summary: 'Never ends', ...stream }),
}

/** Lines of level warn and above, and a way to wait for the next one. */
function listen() {
  const lines: { level: string; event: string; fields: LogFields | undefined }[] = []
  let wake = () => {}
  const at = (level: string) => (event: string, fields?: LogFields) => {
    lines.push({ level, event, fields })
    wake()
  }
  const log: Log = { ...silentLog, warn: at('warn'), error: at('error'), child: () => log }
  return { lines, log, next: () => new Promise<void>((resolve) => (wake = resolve)) }
}

describe('an answer that breaks off', () => {
  const { lines, log, next } = listen()
  let site: Awaited<ReturnType<typeof openSite>>
  before(async () => {
    const routes = implement(contract, {
      failing: () => rawReply(Readable.from(failing()), { type: 'text/plain' }),
      ending: () => {
        const source = new Readable({ read() {} })
        source.push('first')
        setImmediate(() => source.destroy())
        return rawReply(source, { type: 'text/plain' })
      },
      endless: () => rawReply(new Readable({ read: endlessly }), { type: 'text/plain' }),
    })
    site = await openSite({ routes, log })
  })
  after(() => site.close())

  for (const path of ['/failing', '/ending']) {
    it(`${path}: the connection is cut, so that half an answer is not taken for a whole one, and logged once · M07.3 M07.5`, async () => {
      lines.length = 0
      const logged = next()
      const received = await site.raw(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`)
      await logged
      assert.match(received, /^HTTP\/1\.1 200 /)
      assert.ok(!received.endsWith('0\r\n\r\n'), 'no last chunk')
      assert.equal(lines.length, 1)
      assert.equal(lines[0]!.level, 'error')
      assert.ok(lines[0]!.fields?.['error'] instanceof Error)
    })
  }

  it('is the caller’s doing when the caller went away: one warning, 499 · M07.5', async () => {
    lines.length = 0
    const logged = next()
    const socket = connect(Number(new URL(site.url).port), '127.0.0.1', () => socket.write('GET /endless HTTP/1.1\r\nHost: a\r\n\r\n'))
    socket.once('data', () => socket.destroy())
    await logged
    assert.deepEqual(
      lines.map(({ level, fields }) => [level, fields?.['status']]),
      [['warn', 499]],
    )
  })

  it('leaves the process serving · M07.3', async () => {
    assert.equal((await fetch(`${site.url}/nowhere`)).status, 404)
  })
})

async function* failing() {
  yield 'first'
  await new Promise(setImmediate)
  throw new Error('the source broke')
}

function endlessly(this: Readable): void {
  this.push('x'.repeat(1024))
}
