import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { HttpRecord, Operation, Span } from '../../std/operation.ts'
import { explain, type Sentence } from './explain.ts'

type Pairs = Record<string, string>

function http({ request = {}, response = {}, ...init }: Partial<HttpRecord> & { request?: Pairs; response?: Pairs } = {}): HttpRecord {
  return {
    method: 'GET',
    target: '/orders/42?full=1',
    version: '1.1',
    requestHeaders: Object.entries(request),
    responseHeaders: Object.entries({ 'content-type': 'application/json', ...response }),
    responseBytes: 2_000,
    ...init,
  }
}

const span = (init: Partial<Span>): Span => ({ name: 'step', kind: 'stage', parent: -1, start: 0, end: 1, ...init })

function operation(init: Partial<Operation> = {}): Operation {
  return {
    id: 'r1',
    kind: 'request',
    name: 'GET /orders/{orderId}',
    traceId: 'a'.repeat(32),
    spanId: '5'.repeat(16),
    startedAt: 0,
    ms: 10,
    status: 200,
    outcome: 'ok',
    kept: 'share',
    spans: [],
    dropped: 0,
    logs: [],
    http: http(),
    ...init,
  }
}

function say(about: Sentence['about'], init: Partial<Operation> = {}, others: Operation[] = []): string {
  return explain([operation(init), ...others])
    .filter((sentence) => sentence.about === about)
    .map(({ text }) => text)
    .join('\n')
}

const error = (code: string, message: string) => ({ type: 'AppError', code, message })

describe('explain', () => {
  const cases: Record<string, [Sentence['about'], Partial<Operation>, RegExp][]> = {
    'why it matched': [
      ['match', {}, /^It matched GET \/orders\/\{orderId\}, with orderId = 42\.$/],
      ['match', { name: 'GET /r/{year:\\d{4}}/{slug}', http: http({ target: '/r/2026/sale' }) }, /year = 2026 \(\\d\{4\}\), slug = sale/],
      ['match', { name: 'GET /files/*rest', http: http({ target: '/files/a/b.txt' }) }, /rest = a\/b\.txt/],
      ['match', { http: http({ method: 'HEAD' }) }, /HEAD is answered as GET is\./],
      ['match', { name: 'unmatched', http: http({ target: '/nope' }) }, /^No route takes GET \/nope\.$/],
      ['match', { name: 'a name', http: http() }, /^It matched a name\./],
    ],
    'why this status': [
      ['status', {}, /^The status is 200: your code answered\.$/],
      ['status', { status: 304 }, /^The status is 304: what the caller has is still right/],
      ['status', { status: 302, http: http({ response: { location: '/b' } }) }, /leads to \/b\./],
      [
        'status',
        {
          status: 422,
          outcome: 'refused',
          error: error('validation-failed', 'Two members are wrong.'),
          spans: [span({ name: 'validate' }), span({ name: 'reply' })],
        },
        /422: validation-failed, Two members are wrong\. The step "validate" refused\. Correct every entry/,
      ],
      [
        'status',
        { status: 409, error: error('out-of-stock', 'None left'), spans: [span({ name: 'handle' })] },
        /out-of-stock, None left\. It came from the step "handle"/,
      ],
      ['status', { status: 200, error: error('ECONNRESET', 'gone') }, /but then the answer broke off: ECONNRESET, gone/],
      ['status', { kind: 'background', outcome: 'failed', error: { type: 'TypeError', message: 'x' } }, /failed: TypeError, x\./],
    ],
    'why it was not cached': [
      ['cache', { http: http({ method: 'POST' }) }, /because it was a POST/],
      ['cache', {}, /promises no `cache`/],
      ['cache', { http: http({ response: { 'cache-control': 'no-store' } }) }, /Nobody may keep its answer \(Cache-Control: no-store\)/],
      [
        'cache',
        { http: http({ response: { 'cache-control': 'private, no-cache', etag: '"a"' } }) },
        /Only the caller itself .* ask again each time, with the entity tag/,
      ],
      [
        'cache',
        { http: http({ response: { 'cache-control': 'public, max-age=60', vary: 'accept-language' } }) },
        /^It was not answered from a cache\. Its answer may be kept \(.*\)\. Requests that differ in accept-language/,
      ],
      [
        'cache',
        { http: http({ request: { 'if-none-match': '"a"' }, response: { etag: '"b"' } }) },
        /The caller had a copy, but of "a", and now it is "b"/,
      ],
      ['cache', { http: http({ request: { 'cache-control': 'no-cache' } }) }, /because the caller forbade it/],
      [
        'cache',
        { status: 304, http: http({ request: { 'if-none-match': '"a"' }, response: { etag: '"a"' } }) },
        /copy was used: its entity tag is still "a"/,
      ],
    ],
    'why it was, or was not, compressed': [
      [
        'compression',
        { http: http({ request: { 'accept-encoding': 'br' }, response: { 'content-encoding': 'br' } }) },
        /^It was compressed with br, to 2000 bytes/,
      ],
      ['compression', { http: http({ responseBytes: 0 }) }, /it has no body/],
      ['compression', { http: http({ responseBytes: 900 }) }, /900 bytes are less than 1024/],
      ['compression', {}, /sent no Accept-Encoding/],
      ['compression', { http: http({ request: { 'accept-encoding': 'identity' } }) }, /the caller accepts identity/],
      ['compression', { status: 206, http: http({ request: { 'accept-encoding': 'br' } }) }, /a part is a part/],
      [
        'compression',
        { http: http({ request: { 'accept-encoding': 'br' }, response: { 'cache-control': 'no-transform' } }) },
        /says no-transform/,
      ],
      ['compression', { http: http({ request: { 'accept-encoding': 'br' }, response: { vary: 'Accept-Encoding' } }) }, /too many others/],
      [
        'compression',
        { http: http({ request: { 'accept-encoding': 'br' }, response: { 'content-type': 'image/png' } }) },
        /image\/png is compressed already, or/,
      ],
    ],
    'what was repeated': [
      ['retry', {}, /^Nothing had to be repeated\.$/],
      [
        'retry',
        { spans: [span({ kind: 'transaction', attributes: { attempt: 1 } }), span({ kind: 'transaction', attributes: { attempt: 2 } })] },
        /repeated once/,
      ],
      [
        'retry',
        { spans: [span({ kind: 'attempt', failed: 'ECONNRESET' }), span({ kind: 'attempt' })] },
        /Of 2 attempts .* 1 failed: ECONNRESET/,
      ],
    ],
    'where the time went': [
      ['time', {}, /^It took 10\.0 ms; its steps were not recorded\.$/],
      ['time', { spans: [span({ start: 0, end: 0.01 })], dropped: 4 }, /none of its steps .* 4 spans and lines more were not kept/],
    ],
  }

  for (const [what, table] of Object.entries(cases))
    it(`says ${what} · M01.16`, () => {
      for (const [about, init, expected] of table) assert.match(say(about, init), expected)
    })

  it('counts each span for itself, what overlaps once, never more than there was, and yours by its name · M01.16', () => {
    const spans = [
      span({ kind: 'sql', parent: 2, start: 2, end: 6 }),
      span({ kind: 'sql', parent: 2, start: 4, end: 8 }),
      span({ name: 'handle', start: 1, end: 9 }),
      span({ name: 'validate', start: 0, end: 1 }),
      span({ kind: 'pool', parent: 2, start: 8.5, end: -1 }),
    ]
    // From 2 to 8 ms one statement or both run; the handler itself is what is left of 1 to 9, but for the wait that never ended.
    assert.equal(
      say('time', { spans }),
      'It took 10.0 ms: 60 % SQL (2 statements), 15 % your handler, 15 % waiting for a connection of the pool, 10 % steps of the pipeline.',
    )
  })

  it('says what was caused, and nothing of headers that were not recorded · M01.20', () => {
    assert.match(say('caused'), /caused nothing else/)
    const mail = operation({ id: 'r1.1', kind: 'background', name: 'send receipt', startedAt: 5, ms: 3.21, outcome: 'failed' })
    assert.equal(say('caused', {}, [mail]), 'It caused background send receipt (3.2 ms, failed).')
    const bare = explain([operation({ http: { ...http(), responseHeaders: [] } })])
    assert.deepEqual(
      bare.map(({ about }) => about),
      ['match', 'status', 'retry', 'time', 'caused'],
    )
    assert.deepEqual(explain([]), [])
  })

  it('is about the operation that was asked for · M01.20', () => {
    const other = operation({ id: 'r2', name: 'GET /stock/{sku}', startedAt: 3 })
    assert.match(explain([operation(), other], 'r2')[0]!.text, /GET \/stock/)
    assert.match(explain([other, operation()], 'a'.repeat(32))[0]!.text, /GET \/orders/)
  })
})
