import { BootError } from '../../std/errors.ts'
import { addVary } from '../headers.ts'
import { foreseen, precognitive } from '../precognition.ts'
import type { Stage } from '../stage.ts'

/**
 * Ends a request with `Precognition: true` here, where everything was checked and nothing is done yet: the protocol of Laravel's live
 * validation, so that its clients work. Every answer to such a request says so, refusals included: a client can tell that it was understood.
 */
export const precognition: Stage = {
  name: 'precognition',
  compile({ endpoint, source }) {
    const asks = precognitive(endpoint)
    if (asks === undefined) return undefined
    const { body, query } = endpoint.promises
    if (body === undefined && query === undefined)
      throw new BootError(
        'contract-invalid',
        `${endpoint.address} (${source}) has precognition, but neither body nor query: there is nothing to validate.`,
      )
    return {
      stage: 'precognition',
      label: 'precognition',
      enter: (c) => (asks(c) ? foreseen() : undefined),
      leave(c, outgoing) {
        addVary(outgoing, 'precognition')
        if (asks(c)) outgoing.headers.push('precognition', 'true')
      },
    }
  },
}
