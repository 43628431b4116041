import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ClientTimings } from '../../framework/src/contract/trace/client-timings.ts'

// The pages of the reference are JavaScript, which the type checker reads with their own settings and not from here.
const { toTimings } = (await import(new URL('../src/reference/client-half.js', import.meta.url).href)) as {
  toTimings: (entry: typeof fresh, timeOrigin: number) => ClientTimings | undefined
}

/** What browsers write of a request on a new connection, in milliseconds after the page was opened. */
const fresh = {
  name: 'https://shop.example/api/v1/orders',
  fetchStart: 1000,
  domainLookupEnd: 1005.1,
  secureConnectionStart: 1010,
  connectEnd: 1030,
  requestStart: 1030.2,
  responseStart: 1090.7,
  responseEnd: 1100,
  nextHopProtocol: 'h2',
  responseStatus: 201,
  encodedBodySize: 345,
}
const reused = { ...fresh, domainLookupEnd: 1000, secureConnectionStart: 1000, connectEnd: 1000 }

const rows = (entry: typeof fresh) => toTimings(entry, 5_000)!.phases.map(({ name, start, ms }) => `${name} ${start}+${ms}`)

describe("the browser's half of a request", () => {
  it('has a phase where the one before ends, and they add up to the total · M01.1', () => {
    assert.deepEqual(rows(fresh), ['dns 0+5.1', 'tcp 5.1+4.9', 'tls 10+20', 'request 30+0.2', 'waiting 30.2+60.5', 'content 90.7+9.3'])
    const { total, startedAt, phases } = toTimings(fresh, 5_000)!
    assert.deepEqual([startedAt, total], [6_000, 100])
    assert.ok(Math.abs(phases.reduce((sum, { ms }) => sum + ms, 0) - total) < 0.001)
    assert.deepEqual(
      phases.map(({ note }) => note),
      [
        'who answered, browsers do not tell',
        'new connection',
        'new handshake; version and cipher, browsers do not tell',
        'h2',
        'status 201',
        '345 bytes',
      ],
    )
  })

  it('says of a connection that was open already that it was reused · M01.4', () => {
    assert.deepEqual(rows(reused).slice(0, 4), ['dns 0+0', 'tcp 0+0', 'tls 0+0', 'request 0+30.2'])
    const notes = toTimings(reused, 5_000)!.phases.map(({ note }) => note)
    assert.deepEqual(notes.slice(0, 3), ['not asked', 'connection reused', 'connection reused'])
  })

  it('has no TLS where there was none', () => {
    const plain = { ...fresh, name: 'http://localhost/', secureConnectionStart: 0 }
    assert.deepEqual(rows(plain).slice(0, 3), ['dns 0+5.1', 'tcp 5.1+24.9', 'request 30+0.2'])
  })

  it('never goes backwards, whatever the browser rounds', () => {
    assert.deepEqual(rows({ ...fresh, requestStart: 1029.9 })[3], 'request 30+0')
  })

  it('is nothing where the browser keeps its times to itself', () => {
    assert.equal(toTimings({ ...fresh, requestStart: 0, responseStart: 0 }, 0), undefined)
  })
})
