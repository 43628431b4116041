import assert from 'node:assert/strict'
import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { describe, it } from 'node:test'
import type { Head } from '../stage.ts'
import { isFaithful } from './head-check.ts'
import { fixedHeaders, sendHead, writeByNode, writeByText } from './head.ts'

const head = (...headers: string[]): Head => ({ status: 200, fixed: undefined, headers, length: 2 })
const textOf = (response: ServerResponse) => (response as ServerResponse & { _header: string | null })._header

function toResponse(minor = 1): ServerResponse {
  const request = Object.assign(new IncomingMessage(new Socket()), { method: 'GET', httpVersionMajor: 1, httpVersionMinor: minor })
  return new ServerResponse(request)
}

describe('the head of an answer, written as one text', () => {
  it('is what writeHead makes, on this version of Node.js · M01.18 M02.37', () => {
    assert.equal(isFaithful(), true)
  })

  it('is not trusted when a byte or a decision differs', () => {
    assert.equal(isFaithful(writeByNode), true)
    const shorter: typeof sendHead = (response, { headers, ...rest }) => sendHead(response, { ...rest, headers: headers.slice(2) })
    const forgetful: typeof sendHead = (response, given) => {
      sendHead(response, given)
      Object.assign(response, { _last: false })
    }
    const failing = () => {
      throw new TypeError('There is no such thing in this version.')
    }
    for (const write of [shorter, forgetful, failing]) assert.equal(isFaithful(write), false)
  })

  it('takes no line that could become two, whoever set it · M02.4', () => {
    for (const value of ['a\r\nset-cookie: admin=1', 'a\nb', 'a\rb', 'a\0b', 'caf\u0113']) {
      const response = toResponse()
      assert.equal(writeByText(response, head('x-note', value)), false)
      assert.equal(textOf(response), null)
      assert.throws(() => sendHead(response, head('x-note', value)), { code: 'ERR_INVALID_CHAR' })
    }
    for (const name of ['', 'x y', 'x:', 'x\r\ny', 'ü']) {
      assert.equal(writeByText(toResponse(), head(name, 'a')), false)
      assert.throws(() => sendHead(toResponse(), head(name, 'a')), { code: 'ERR_INVALID_HTTP_TOKEN' })
    }
    const missing = undefined as unknown as string
    assert.throws(() => sendHead(toResponse(), head('x-note', missing)), { code: 'ERR_HTTP_INVALID_HEADER_VALUE' })
  })

  it('leaves to writeHead what says something about the connection', () => {
    for (const [name, value] of [
      ['connection', 'close'],
      ['Keep-Alive', 'timeout=1'],
      ['transfer-encoding', 'chunked'],
      ['content-length', '3'],
      ['date', 'Thu, 01 Jan 1970 00:00:00 GMT'],
    ] as const)
      assert.equal(writeByText(toResponse(), head(name, value)), false)
    assert.equal(writeByText(toResponse(0), head()), false, 'HTTP/1.0')
    assert.equal(writeByText(toResponse(), { ...head(), status: 299 }), false, 'a status without a name')
  })

  it('leaves to writeHead a response that others had in their hands', () => {
    const touched: ((response: ServerResponse) => unknown)[] = [
      (response) => response.setHeader('x-powered-by', 'curiosity'),
      (response) => response.removeHeader('connection'),
      (response) => (response.sendDate = false),
      (response) => (response.statusMessage = 'Fine'),
      (response) => (response.writeHead = response.writeHead.bind(response)),
    ]
    for (const touch of touched) {
      const response = toResponse()
      touch(response)
      assert.equal(writeByText(response, head()), false)
      sendHead(response, head())
      assert.match(textOf(response)!, /^HTTP\/1\.1 200 /)
    }
    const begun = toResponse().writeHead(200)
    assert.throws(() => sendHead(begun, head()), { code: 'ERR_HTTP_HEADERS_SENT' })
  })
})

describe('headers that are the same in every answer', () => {
  it('are checked once, when they are put together · M02.4', () => {
    assert.equal(fixedHeaders(['x-one', '1', 'x-two', '2']).text, 'x-one: 1\r\nx-two: 2\r\n')
    assert.throws(() => fixedHeaders(['x-one', '1\r\nx-two: 2']), { name: 'TypeError', message: /^The header x-one has U\+000D/ })
    assert.throws(() => fixedHeaders(['Connection', 'close']), { message: /it cannot be the same in every answer/ })
  })
})
