import { Readable, pipeline as pipe } from 'node:stream'
import { AppError } from '../std/errors.ts'
import { addVary, headerLines, requestHeader } from './headers.ts'
import { isClosed, isStream } from './http2.ts'
import { Detail } from './record/detail.ts'
import { problemReply } from './reply/problem-json.ts'
import { skipReadBody } from './reply/unread-body.ts'
import type { Exchange } from './exchange.ts'
import { reply, Written, type Outgoing, type Pipeline, type Reply } from './stage.ts'

/** Above this, an unread body is not worth reading for the sake of the connection. */
const cheapToDrain = 64 * 1024
const linger = 1000

/** Recovery: every way out of a pipeline ends in exactly one answer. */
export function run(c: Exchange, pipeline: Pipeline): void {
  let result: Reply | undefined | Promise<Reply | undefined>
  const { recording } = c.site
  if (recording !== undefined) {
    c.asked = recording.isAsked(c.request.rawHeaders)
    if (c.asked || recording.detail(c.started)) c.detail = new Detail()
  }
  try {
    result = pipeline.enter(c, 0)
  } catch (error) {
    fail(c, pipeline, error)
    return
  }
  if (result instanceof Promise)
    result.then(
      (reply) => answer(c, pipeline, reply!),
      (error: unknown) => fail(c, pipeline, error),
    )
  else answer(c, pipeline, result!)
}

function answer(c: Exchange, pipeline: Pipeline, reply: Reply): void {
  if (c.answered) return
  let outgoing: Outgoing
  try {
    outgoing = reply instanceof Written ? reply.outgoing : pipeline.write(c, reply)
  } catch (error) {
    fail(c, pipeline, error)
    return
  }
  if (outgoing.ready === undefined) send(c, pipeline, outgoing)
  else answerWhenReady(c, pipeline, outgoing)
}

function answerWhenReady(c: Exchange, pipeline: Pipeline, outgoing: Outgoing): void {
  const { body, ready } = outgoing
  outgoing.ready = undefined
  const discard = () => {
    if (body instanceof Readable) body.destroy()
  }
  ready!.then(
    () => {
      // The deadline may have answered meanwhile.
      if (c.answered) discard()
      else send(c, pipeline, outgoing)
    },
    (error: unknown) => {
      discard()
      fail(c, pipeline, error)
    },
  )
}

/**
 * Lets code of another framework answer on the bare response: what it begins is the one answer, with the headers of every stage,
 * and done when the response is. Resolves only then.
 */
export function handOver(c: Exchange): Promise<Reply> {
  const { response, pipeline } = c
  const writeHead = response.writeHead.bind(response)
  return new Promise((resolve) => {
    response.writeHead = ((status: number, ...rest: never[]) => {
      if (!c.answered) {
        c.answered = true
        const outgoing: Outgoing = { status, headers: [], body: undefined }
        if (c.detail !== undefined) noteReply(c.detail, c, outgoing)
        pipeline.leave(c, outgoing)
        if (c.varies !== undefined) for (const name of c.varies) addVary(outgoing, name)
        const lines = headerLines(outgoing)
        for (let i = 0; i < lines.length; i += 2) response.appendHeader(lines[i]!, lines[i + 1]!)
        response.once('close', () => {
          c.status = response.writableFinished ? status : 499
          finish(c, pipeline)
          resolve(reply(undefined))
        })
      }
      return writeHead(status, ...rest)
    }) as typeof writeHead
  })
}

/** Answers with the problem that `error` is. After an answer was begun there is nobody left to tell but the log. */
export function fail(c: Exchange, pipeline: Pipeline, error: unknown): void {
  if (c.answered) {
    if (!(error instanceof AppError)) c.log.error('failed after its answer', { error })
    return
  }
  c.failure = error
  // What goes wrong inside (5xx) may happen to any route; everything else a caller must be able to read in the contract.
  if (error instanceof AppError && error.status < 500 && !pipeline.declared.has(error.code)) c.site.onBreach(c.route, error.code)
  send(c, pipeline, problemReply(c, error))
}

function send(c: Exchange, pipeline: Pipeline, outgoing: Outgoing): void {
  c.answered = true
  if (c.detail !== undefined) noteReply(c.detail, c, outgoing)
  pipeline.leave(c, outgoing)
  if (c.varies !== undefined) for (const name of c.varies) addVary(outgoing, name)
  if (outgoing.ready === undefined) transmit(c, pipeline, outgoing)
  else void outgoing.ready.then(() => transmit(c, pipeline, outgoing))
}

function noteReply(detail: Detail, c: Exchange, outgoing: Outgoing): void {
  detail.replying = c.site.clock.monotonic()
  detail.sent = outgoing
  detail.body = outgoing.body
}

function transmit(c: Exchange, pipeline: Pipeline, outgoing: Outgoing): void {
  const { request, response } = c
  const { body, headers } = outgoing
  if (isClosed(response)) {
    if (body instanceof Readable) body.destroy()
    c.status = 499
    finish(c, pipeline)
    return
  }
  c.status = outgoing.status
  // A stream ends without its connection.
  if (!request.complete && !request.destroyed && !isStream(request) && hasCostlyBody(request)) refuseRest(c, headers)
  if (body instanceof Readable) {
    response.writeHead(outgoing.status, headerLines(outgoing))
    if (request.method !== 'HEAD') {
      stream(c, pipeline, body)
      return
    }
    body.destroy()
    response.end()
    finish(c, pipeline)
    return
  }
  let length = outgoing.status === 204 || outgoing.status === 304 ? undefined : 0
  if (body !== undefined) length = c.bytes = typeof body === 'string' ? Buffer.byteLength(body) : body.length
  if (!isStream(request)) skipReadBody(request)
  c.site.sendHead(response, { status: outgoing.status, fixed: outgoing.fixed, headers, length })
  // Text of one byte a character needs no transcoding: head and body leave as one Latin-1 string, which is several times cheaper to write.
  if (typeof body === 'string') response.end(body, body.length === c.bytes ? 'latin1' : 'utf8')
  else response.end(body)
  finish(c, pipeline)
}

/** The status is out: what fails now can only cut the connection, which is how a caller tells half an answer from a whole one. */
function stream(c: Exchange, pipeline: Pipeline, body: Readable): void {
  const { response } = c
  const { socket } = response
  const before = socket?.bytesWritten ?? 0
  let callerLeft = false
  response.once('close', () => {
    callerLeft = !response.writableFinished && (body.readableEnded || !body.destroyed)
  })
  pipe(body, response, (error) => {
    c.bytes = (socket?.bytesWritten ?? before) - before
    if (callerLeft) c.status = 499
    else if (error) c.failure = error
    finish(c, pipeline)
  })
}

function finish(c: Exchange, pipeline: Pipeline): void {
  c.elapsed = c.site.clock.monotonic() - c.started
  pipeline.done(c)
  c.over()
}

function hasCostlyBody(request: Exchange['request']): boolean {
  return requestHeader(request, 'transfer-encoding') !== undefined || Number(requestHeader(request, 'content-length') ?? 0) > cheapToDrain
}

/**
 * Ends the connection after this answer, but lets the caller read the answer first: closing a socket with unread bytes in it
 * sends a reset, which can overtake the answer (RFC 9112, 9.6).
 */
function refuseRest(c: Exchange, headers: string[]): void {
  headers.push('connection', 'close')
  const { socket } = c.request
  socket.destroySoon = () => {
    socket.end()
    const cancel = c.site.clock.after(linger, () => socket.destroy())
    socket.once('close', cancel)
  }
}
