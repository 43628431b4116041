import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { describe, it } from 'node:test'
import { formats } from '../src/contract/json-schema/formats.ts'
import { clientIp } from '../src/http/accept/client-ip.ts'
import { parseWishes } from '../src/http/quality.ts'
import { evaluate } from '../src/http/reply/preconditions.ts'
import { parseBaggage } from '../src/std/baggage.ts'
import { maskUrls } from '../src/std/mask-urls.ts'
import { toBacktracking } from '../src/std/regex/backtracking.ts'
import { parseTraceContext } from '../src/std/trace-context.ts'
import { isTest, sourceFiles } from './source-tree.ts'

const long = (text: string) => text.repeat(200_000 / text.length)
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const ipOf = clientIp(['10.0.0.0/8'])
const behindProxy = (forwarded: string) => ({ socket: { remoteAddress: '10.0.0.1' }, headers: { forwarded } }) as unknown as IncomingMessage

/** What a stranger may send; each once took the square of its length, or doubled with every character. */
const hostile: Record<string, () => unknown> = {
  'Accept: a;   ;   ;   …': () => parseWishes(`a${long(';   ')}"`),
  'Accept: a;b=c;b=c …': () => parseWishes(`a${long(' ;b=c')}"`),
  'baggage: a=b;c=   ;c=   …': () => parseBaggage(`a=b${long(';c=   ')}"`),
  'baggage: a=      …': () => parseBaggage(`a=${long(' ')}"`),
  'tracestate: a        b': () => parseTraceContext(traceparent, `a=1${long(' ')}b`),
  'If-Match: "7;a;a;a …': () => evaluate({ 'if-match': `"7${long(';a')}!"` }, false, { etag: '"7"', modified: undefined }),
  'Forwarded: "a\\"a\\ …': () => ipOf(behindProxy(long('"a\\'))),
  'a URL with ?key?key?key …': () => maskUrls(`x://y${long('?key')}`),
  'a URL with ://://:// …': () => maskUrls(long('://')),
  'a URI template with {aaaa … !': () => formats['uri-template']!(`{${long('a')}!}`),
}

describe('a hostile text', () => {
  for (const [name, read] of Object.entries(hostile))
    it(`is read in time that grows with its length alone: ${name} · M04.28`, () => {
      const began = performance.now()
      read()
      // A quarter of a second on a busy machine; the square of the length would be minutes.
      assert.ok(performance.now() - began < 5000)
    })
})

describe('our own patterns', () => {
  it('never double their time with a character · M04.28', () => {
    const literal = /(?<=[=(,?&|![]\s*|: )\/((?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+)\/([dgimsuvy]*)/g
    const files = sourceFiles('framework/src/{std,contract,http,system,services}/**/*.ts').filter(({ path }) => !isTest(path))
    let judged = 0
    for (const { path, text } of files)
      for (const [whole, source = '', flags = ''] of text.matchAll(literal)) {
        judged++
        const anchored = flags.includes('y') ? `^(?:${source})` : source
        assert.ok(toBacktracking(anchored, flags).ways(1000) < Infinity, `${path}: ${whole}`)
      }
    assert.ok(judged > 150, `${judged} patterns`)
  })
})
