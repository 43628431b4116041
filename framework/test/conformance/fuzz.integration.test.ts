import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, describe, it } from 'node:test'
import fc from 'fast-check'
import { boot, type Running } from 'throughline'
import { openLog } from 'throughline/log'
import { conformance } from './app.ts'
import { bodies, lines, methods, paths, targets, versions } from './corpus.ts'

const seed = 20_261_123
const known = /^HTTP\/1\.1 (?:100|200|204|206|304|308|400|401|403|404|405|406|408|409|411|412|413|414|415|416|417|421|422|431|501|505) /

describe('a server that is sent anything', () => {
  let app: Running
  before(async () => {
    app = await boot(conformance, { sources: { env: {}, argv: ['--port', '0'] }, log: openLog({ level: 'silent' }) })
  })
  after(() => app.close())

  /** Everything that came back, when the connection ended: at the latest a moment after we have ended our side of it. */
  const send = (bytes: Buffer) =>
    new Promise<string>((resolve, reject) => {
      let received = ''
      const socket = connect(Number(new URL(app.url).port), '127.0.0.1', () => socket.end(bytes))
      const hang = setTimeout(() => {
        socket.destroy()
        reject(new Error(`Neither answered nor ended: ${JSON.stringify(bytes.toString('latin1').slice(0, 500))}`))
      }, 5000)
      socket.setEncoding('latin1').on('data', (chunk: string) => (received += chunk))
      socket.on('error', () => {})
      socket.on('close', () => {
        clearTimeout(hang)
        resolve(received)
      })
    })

  const check = async (text: string) => {
    const received = await send(Buffer.from(text, 'latin1'))
    assert.ok(received === '' || known.test(received), received.slice(0, 300))
    assert.doesNotMatch(received, /"code":"internal-error"/)
    // Nothing that was sent may begin a line of ours.
    assert.doesNotMatch(received, /\r\nset-cookie:/i)
  }

  const request = fc
    .record({
      method: fc.constantFrom(...methods),
      target: fc.constantFrom(...targets),
      version: fc.constantFrom(...versions),
      fields: fc.array(fc.constantFrom(...lines), { maxLength: 6 }),
      end: fc.constantFrom('\r\n', '\r\n', '\r\n', '\n', '\r'),
      body: fc.constantFrom(...bodies),
    })
    .map(
      ({ method, target, version, fields, end, body }) =>
        `${method} ${target} ${version}${end}${fields.map((line) => line + end).join('')}${end}${body}`,
    )

  /** What nearly every server understands, so that its body gets as far as a handler. */
  const plausible = fc
    .record({
      method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE'),
      target: fc.constantFrom(...paths),
      fields: fc.array(fc.constantFrom(...lines.filter((line) => !/^(?:host|content-length|transfer-encoding)/i.test(line))), {
        maxLength: 4,
      }),
      body: fc.constantFrom(...bodies),
    })
    .map(
      ({ method, target, fields, body }) =>
        `${method} ${target} HTTP/1.1\r\nHost: x\r\n${fields.map((line) => `${line}\r\n`).join('')}Content-Length: ${body.length}\r\n\r\n${body}`,
    )

  const run = async (what: fc.Arbitrary<string>, numRuns: number) => {
    await fc.assert(fc.asyncProperty(what, check), { seed, numRuns, interruptAfterTimeLimit: 20_000 })
    assert.equal((await fetch(app.url)).status, 200)
  }

  it('answers or ends every request of a grammar gone wrong, never with 500 · M02.1', () => run(request, 400))

  it('answers or ends every request that is nearly right, never with 500 · M02.1', () => run(plausible, 400))

  it('answers or ends several requests at once, cut and flipped anywhere · M02.1', async () => {
    const mangled = fc
      .record({
        texts: fc.array(fc.oneof(request, plausible), { minLength: 1, maxLength: 3 }),
        cut: fc.nat(4000),
        at: fc.nat(400),
        byte: fc.nat(255),
      })
      .map(({ texts, cut, at, byte }) => {
        const bytes = Buffer.from(texts.join('').slice(0, cut + 20), 'latin1')
        if (at < bytes.length) bytes[at] = byte
        return bytes.toString('latin1')
      })
    await run(mangled, 300)
  })

  it('answers or ends plain noise · M02.1', () =>
    run(
      fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
      200,
    ))

  it('holds no memory of what it refused', async () => {
    const chunk = `100000\r\n${'x'.repeat(1_048_576)}\r\n`
    const endless = Buffer.from(`POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(4)}`)
    const ten = () => Promise.all(Array.from({ length: 10 }, () => send(endless)))
    await ten()
    const before = process.memoryUsage().rss
    await ten()
    await ten()
    const grown = process.memoryUsage().rss - before
    assert.ok(grown < 64 * 1024 * 1024, `${Math.round(grown / 1e6)} MB`)
  })
})
