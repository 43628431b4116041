import { hash } from 'node:crypto'
import { Readable } from 'node:stream'
import { parseIdempotencyKey } from '../../contract/idempotency-key.ts'
import { IdempotencyInProgress, IdempotencyKeyReused } from '../../contract/problems.ts'
import type { StoredAnswer } from '../../services/idempotency/index.ts'
import { AppError } from '../../std/errors.ts'
import type { Exchange } from '../exchange.ts'
import { Written, type Outgoing, type Reply, type Site } from '../stage.ts'

type Enter = (c: Exchange) => Reply | Promise<Reply>

/**
 * Makes a handler answer a request with an `Idempotency-Key` once: whoever sends it again gets the first answer, byte for byte
 * (draft-ietf-httpapi-idempotency-key-header). Refusals of the handler are answers, too; failures (5xx) are not, they may be repeated.
 */
export function once(site: Site, handle: Enter): Enter {
  return (c) => {
    const key = parseIdempotencyKey(c.headers['idempotency-key'])
    return key === undefined ? handle(c) : answerOnce(c, { key, site, handle })
  }
}

async function answerOnce(c: Exchange, { key, site, handle }: { key: string; site: Site; handle: Enter }): Promise<Reply> {
  let refusal: AppError | undefined
  const request = { scope: `${c.actor!.id} ${c.route}`, key, fingerprint: fingerprintOf(c) }
  const outcome = await site.idempotency!.once(request, async () => {
    // The work may be run again, after a deadlock for one.
    refusal = undefined
    try {
      return toStored(c.pipeline.write(c, await handle(c)))
    } catch (error) {
      if (!isLasting(error)) throw error
      refusal = error
      return toStored(c.pipeline.problem(c, error))
    }
  })
  // Thrown, and not written from the store: so it is logged, and checked against the contract, like every other.
  if (refusal !== undefined && outcome.kind === 'done') throw refusal
  switch (outcome.kind) {
    case 'done':
      return new Written(toOutgoing(outcome.answer))
    case 'replayed':
      return new Written(toOutgoing(outcome.answer, 'idempotency-replayed', 'true'))
    case 'reused':
      throw IdempotencyKeyReused()
    case 'running':
      throw IdempotencyInProgress({ retryAfter: 1 })
  }
}

/** Of what the handler sees, and not of the bytes: another order of members and other spaces are not another request. */
function fingerprintOf({ request, body }: Exchange): string {
  return hash('sha256', `${request.url}\n${JSON.stringify(body, canonical) ?? ''}`)
}

function canonical(_name: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
}

/** An answer that would be the same next time: not one about time, pace or a caller who left. */
function isLasting(error: unknown): error is AppError {
  return error instanceof AppError && error.status >= 400 && error.status < 499 && ![408, 425, 429].includes(error.status)
}

function toStored({ status, headers, body }: Outgoing): StoredAnswer {
  if (body instanceof Readable) throw new Error('An answer that is a stream cannot be kept for whoever asks again: leave `idempotent` off.')
  return { status, headers, body: body === undefined ? null : Buffer.from(body) }
}

function toOutgoing({ status, headers, body }: StoredAnswer, ...more: string[]): Outgoing {
  return { status, headers: [...headers, ...more], body: body ?? undefined }
}
