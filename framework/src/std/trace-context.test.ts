import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { childTrace, newTrace, parseTraceContext, toTraceparent } from './trace-context.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const parentId = 'b7ad6b7169203331'
const parent = `00-${traceId}-${parentId}-01`
const stateOf = (...lines: string[]) => parseTraceContext(parent, lines.join(', '))?.state

const continued: Record<string, string> = {
  'version 00': parent,
  'a later version': `cc-${traceId}-${parentId}-01`,
  'a later version with more members': `cc-${traceId}-${parentId}-01-what-comes-next`,
  'a space before': ` ${parent}`,
  'a tab before': `\t${parent}`,
  'a space behind': `${parent} `,
  'a tab behind': `${parent}\t`,
  'both around': `\t ${parent} \t`,
  'flags nobody knows': `00-${traceId}-${parentId}-ff`,
}

const refused: Record<string, string | undefined> = {
  'no header': undefined,
  'an empty one': '',
  'two of them': `${parent}, ${parent}`,
  'version 00 with a trailing dot': `${parent}.`,
  'version 00 with more members': `${parent}-what-comes-next`,
  'a later version that goes on without a dash': `cc-${traceId}-${parentId}-01.what-comes-next`,
  'version ff': `ff-${traceId}-${parentId}-01`,
  'a dot in the version': `.0-${traceId}-${parentId}-01`,
  'a dot behind the version': `0.-${traceId}-${parentId}-01`,
  'a version of three digits': `000-${traceId}-${parentId}-01`,
  'a version of four digits': `0000-${traceId}-${parentId}-01`,
  'a version of one digit': `0-${traceId}-${parentId}-01`,
  'a trace id of zeros': `00-${'0'.repeat(32)}-${parentId}-01`,
  'a dot first in the trace id': `00-.${traceId.slice(1)}-${parentId}-01`,
  'a dot last in the trace id': `00-${traceId.slice(1)}.-${parentId}-01`,
  'an upper-case trace id': `00-${traceId.toUpperCase()}-${parentId}-01`,
  'a long trace id': `00-${traceId}3-${parentId}-01`,
  'a short trace id': `00-${traceId.slice(1)}-${parentId}-01`,
  'a parent id of zeros': `00-${traceId}-${'0'.repeat(16)}-01`,
  'a dot first in the parent id': `00-${traceId}-.${parentId.slice(1)}-01`,
  'a dot last in the parent id': `00-${traceId}-${parentId.slice(1)}.-01`,
  'a long parent id': `00-${traceId}-${parentId}7-01`,
  'a short parent id': `00-${traceId}-${parentId.slice(1)}-01`,
  'a dot first in the flags': `00-${traceId}-${parentId}-.0`,
  'a dot last in the flags': `00-${traceId}-${parentId}-0.`,
  'flags of three digits': `00-${traceId}-${parentId}-001`,
  'flags of one digit': `00-${traceId}-${parentId}-1`,
}

describe('traceparent', () => {
  for (const [what, header] of Object.entries(continued))
    it(`continues the trace of ${what} · M08.8`, () => {
      const trace = parseTraceContext(header, undefined)
      assert.deepEqual([trace?.traceId, trace?.parentId], [traceId, parentId])
    })
  for (const [what, header] of Object.entries(refused))
    it(`begins a new trace at ${what} · M08.8`, () => assert.equal(parseTraceContext(header, 'foo=1'), undefined))

  it('is passed on with the same trace and flags, and another parent · M08.8', () => {
    const sent = toTraceparent(childTrace(parseTraceContext(parent, undefined)!))
    assert.match(sent, new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`))
    assert.notEqual(sent, parent)
  })

  it('is written in version 00 and without flags that nobody knows, whatever came in · M08.8', () => {
    const trace = parseTraceContext(`cc-${traceId}-${parentId}-fd-more`, undefined)!
    assert.equal(toTraceparent(trace), parent)
  })

  it('of a new trace is valid, random and says so · M08.8', () => {
    const trace = newTrace()
    assert.deepEqual(parseTraceContext(toTraceparent(trace), undefined), trace)
    assert.equal(trace.flags, 0b10)
    assert.notEqual(newTrace().traceId, trace.traceId)
  })
})

describe('tracestate', () => {
  const all = 'abcdefghijklmnopqrstuvwxyz0123456789_-*/'
  const printable = Array.from({ length: 0x7f - 0x20 }, (_, i) => String.fromCharCode(0x20 + i))
    .filter((char) => char !== ',' && char !== '=')
    .join('')
  const list = (length: number) => Array.from({ length }, (_, i) => `bar${i}=${i}`)

  const kept: Record<string, [string[], string]> = {
    'two members, in their order': [['foo=1,bar=2'], 'foo=1,bar=2'],
    'several lines, in their order': [['foo=1,bar=2', 'rojo=1,congo=2', 'baz=3'], 'foo=1,bar=2,rojo=1,congo=2,baz=3'],
    'an empty line first': [['', 'foo=1'], 'foo=1'],
    'an empty line last': [['foo=1', ''], 'foo=1'],
    'nothing of an empty header': [[''], ''],
    'every character of a key': [[`${all}=1`], `${all}=1`],
    'every character of a key with a tenant': [[`${all}@a-z0-9_-*/=1`], `${all}@a-z0-9_-*/=1`],
    'every character of a value': [[`foo=${printable}`], `foo=${printable}`],
    'no white space around members': [['foo=1 \t , \t bar=2, \t baz=3'], 'foo=1,bar=2,baz=3'],
    'no white space around the list': [['\t foo=1 \t'], 'foo=1'],
    'a key of 256': [[`${'z'.repeat(256)}=1`], `${'z'.repeat(256)}=1`],
    'a tenant of 241 at a system of 14': [[`${'t'.repeat(241)}@${'v'.repeat(14)}=1`], `${'t'.repeat(241)}@${'v'.repeat(14)}=1`],
    '32 members': [list(32), list(32).join(',')],
  }
  for (const [what, [lines, expected]] of Object.entries(kept)) it(`keeps ${what} · M08.8`, () => assert.equal(stateOf(...lines), expected))

  const dropped: Record<string, string[]> = {
    'a key twice with one value': ['foo=1,foo=1'],
    'a key twice with two values': ['foo=1,foo=2'],
    'a key twice on two lines': ['foo=1', 'foo=2'],
    'a space behind a key': ['foo =1'],
    'an upper-case key': ['FOO=1'],
    'a dot in a key': ['foo.bar=1'],
    'an empty system': ['foo@=1,bar=2'],
    'an empty tenant': ['@foo=1,bar=2'],
    'two @ together': ['foo@@bar=1,bar=2'],
    'two @ apart': ['foo@bar@baz=1,bar=2'],
    'a key of 257': [`${'z'.repeat(257)}=1`],
    'a tenant of 242': [`${'t'.repeat(242)}@v=1`],
    'a system of 15': [`t@${'v'.repeat(15)}=1`],
    'a value with =': ['foo=bar=baz'],
    'no value': ['foo=,bar=3'],
    'no =': ['foo,bar=3'],
    'a value of 257': [`foo=${'v'.repeat(257)}`],
    'a control character in a value': ['foo=1\u00012'],
    '33 members': list(33),
  }
  for (const [what, lines] of Object.entries(dropped))
    it(`drops the whole list for ${what}, and keeps the trace · M08.8`, () => {
      assert.equal(stateOf(...lines), '')
      assert.equal(parseTraceContext(parent, lines.join(', '))?.traceId, traceId)
    })
})
