import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { boot, type Running } from 'throughline'
import { openLog } from 'throughline/log'
import { conformance } from './app.ts'
import { guardianCases, hasGuardianCases, type GuardianCase } from './guardian-cases.ts'

/** What the suite calls compliant and we refuse all the same. */
const decidedOtherwise: Readonly<Record<string, string>> = {
  'TE with custom parameters OK': 'only chunked is decoded: 501 (RFC 9112, 6.1)',
  'Transfer-Encoding with a param: chunked;custom_param': 'only chunked is decoded: 501 (RFC 9112, 6.1)',
  'International in URI': 'a target is ASCII (RFC 3986); bytes beyond it are read differently by different servers',
  'Empty URI': 'a request line without a target is none (RFC 9112, 3)',
}

describe(
  'requests that two servers would read differently',
  { skip: hasGuardianCases ? false : 'shared/suites/desync is not beside the checkout' },
  () => {
    let app: Running
    before(async () => {
      app = await boot(conformance, { sources: { env: {}, argv: ['--port', '0'] }, log: openLog({ level: 'silent' }) })
    })
    after(() => app.close())

    /** What was answered to a request that is as long as it says. */
    const send = ({ head, headers }: GuardianCase) =>
      new Promise<{ status: number; closed: boolean }>((resolve) => {
        let received = ''
        const socket = connect(Number(new URL(app.url).port), '127.0.0.1', () => socket.write(Buffer.concat([head, bodyOf(headers)])))
        const end = (closed: boolean) => {
          socket.destroy()
          resolve({ status: Number(received.slice(9, 12)), closed })
        }
        socket.setEncoding('latin1').on('data', (chunk: string) => {
          received += chunk
          // 404 to what was understood is no refusal: the connection stays.
          if (received.includes('\r\n\r\n') && !/\r\nconnection: close\r\n/i.test(received)) end(false)
        })
        socket.on('error', () => {})
        socket.on('close', () => end(true))
      })

    it('refuses every severe one, and ends the connection · M02.1', async () => {
      const severe = guardianCases().filter(({ tier }) => tier === 'Severe')
      assert.equal(severe.length, 58)
      for (const one of severe) {
        const { status, closed } = await send(one)
        assert.ok((status === 400 || status === 501) && closed, `${one.file}: ${one.name}: ${status}`)
      }
    })

    it('refuses ambiguous ones where RFC 9112 gives it a reason · M02.1', async () => {
      const ambiguous = guardianCases().filter(({ tier }) => tier === 'Ambiguous')
      const served: string[] = []
      for (const one of ambiguous) {
        const { status, closed } = await send(one)
        if (!closed || status < 400) served.push(one.name)
      }
      // Content in a GET or HEAD is allowed and its length is not in doubt: it is read, and thrown away.
      assert.deepEqual(served.sort(), ['Get with a body and Content-Length', 'Has a CL in GET', 'Head with a body and Content-Length'])
      assert.equal(ambiguous.length - served.length, 54)
    })

    it('serves every compliant one but those it says why · M02.1', async () => {
      const refused: string[] = []
      for (const one of guardianCases().filter(({ tier }) => tier === 'Compliant')) {
        const { status } = await send(one)
        assert.ok(status < 500 || status === 501, `${one.name}: ${status}`)
        if (status === 400 || status === 501) refused.push(one.name)
      }
      assert.deepEqual(refused.sort(), Object.keys(decidedOtherwise).sort())
    })
  },
)

function bodyOf(headers: GuardianCase['headers']): Buffer {
  const value = (wanted: string) => headers.find(([name]) => name.toLowerCase() === wanted)?.[1]
  if (value('transfer-encoding') !== undefined) return Buffer.from('0\r\n\r\n')
  const length = Number(value('content-length') ?? 0)
  return Buffer.alloc(Number.isSafeInteger(length) && length < 100_000 ? length : 0, 'x')
}
