import { isForm } from '../../contract/form.ts'
import { parseIdempotencyKey } from '../../contract/idempotency-key.ts'
import { isPatch } from '../../contract/patch-types.ts'
import { IdempotencyKeyRequired } from '../../contract/problems.ts'
import { isStream } from '../../contract/stream.ts'
import { BootError } from '../../std/errors.ts'
import { precognitive } from '../precognition.ts'
import type { Stage } from '../stage.ts'

/** Refuses a key that is malformed, or missing where the contract asks for one. What the key then does is in `handle/once.ts`. */
export const idempotencyKey: Stage = {
  name: 'idempotency-key',
  compile({ endpoint, source }, site) {
    const { address, method, promises } = endpoint
    const { idempotent, auth, body } = promises
    if (idempotent === undefined) return undefined
    const mistake =
      method === 'GET'
        ? 'GET is idempotent by itself'
        : auth === 'none'
          ? 'a key belongs to an actor, and a public route has none'
          : isPatch(body) || isStream(body) || isForm(body)
            ? 'whether two patches, streams or forms are the same cannot be told from what becomes of them'
            : site.idempotency === undefined
              ? 'the application has no `idempotency`'
              : undefined
    if (mistake !== undefined) throw new BootError('contract-invalid', `${address} (${source}) cannot be \`idempotent\`: ${mistake}.`)
    const required = idempotent === 'required'
    const asks = precognitive(endpoint)
    return {
      stage: 'idempotency-key',
      label: `idempotency-key ${required ? 'required' : 'optional'}`,
      enter(c) {
        const key = parseIdempotencyKey(c.headers['idempotency-key'])
        // Whoever only asks does nothing that a key could keep from being done twice.
        if (required && key === undefined && !asks?.(c)) throw IdempotencyKeyRequired()
        return undefined
      },
    }
  },
}
