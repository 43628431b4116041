import { BootError } from '../../std/errors.ts'
import type { JsonSchema } from '../compiled-schema.ts'
import type { Change, Effect, Sink } from './change.ts'
import { compareAnswers } from './compare-answers.ts'
import { compareRequests, type Side } from './compare-requests.ts'
import { operationsOf, type DocumentOperation } from './document.ts'

/**
 * Everything that differs between two OpenAPI 3 documents, and whom it breaks: those who send requests, those who read answers, or nobody.
 *
 * A request may ask for less and must still take what it took; an answer may say more and must still say what it said. Enums without
 * `x-extensible-enum` are closed. What cannot be compared counts as breaking. Documents that are no OpenAPI are `BootError('contract-invalid')`.
 *
 * ```ts
 * import { endpoint, toOpenApi } from 'throughline/contract'
 * import { compareContracts } from 'throughline/contract/diff'
 * import * as z from 'zod'
 *
 * const documentOf = (body: z.ZodType) => {
 *   const place = endpoint('POST /orders', { summary: 'Place', auth: 'none', body })
 *   return toOpenApi({ title: 'Orders', version: '1', routes: [{ name: 'place', endpoint: place, prefix: '' }] })
 * }
 * const changes = compareContracts(documentOf(z.object({ sku: z.string() })), documentOf(z.object({ sku: z.string(), note: z.string() })))
 * // [{ effect: 'breaks-writers', operation: 'POST /orders', place: 'body', pointer: '/note', message: 'is new and required', … }]
 * ```
 */
export function compareContracts(older: JsonSchema, newer: JsonSchema): Change[] {
  const [before, now] = [operationsIn(older, 'old'), operationsIn(newer, 'new')]
  const changes: Change[] = []
  for (const [key, operation] of before) {
    const next = now.get(key)
    if (next === undefined) {
      const warned = operation.operation['deprecated'] === true ? '; it was deprecated' : ''
      changes.push(whole(operation, { effect: 'breaks-writers', rule: 'operation-removed', message: `is gone${warned}` }))
    } else changes.push(...compareOperations({ document: older, part: operation }, { document: newer, part: next }))
  }
  for (const [key, operation] of now)
    if (!before.has(key)) changes.push(whole(operation, { effect: 'compatible', rule: 'operation-added', message: 'is new' }))
  const order: readonly Effect[] = ['breaks-writers', 'breaks-readers', 'compatible']
  return changes.sort((one, other) => order.indexOf(one.effect) - order.indexOf(other.effect))
}

function operationsIn(document: JsonSchema, which: string): Map<string, DocumentOperation> {
  const { openapi } = document
  if (typeof openapi !== 'string' || !openapi.startsWith('3.'))
    throw new BootError(
      'contract-invalid',
      `The ${which} document is no OpenAPI 3: its \`openapi\` is ${JSON.stringify(openapi) ?? 'missing'}.`,
      {
        fix: 'Give a document as `throughline openapi` prints it, in JSON.',
      },
    )
  return operationsOf(document)
}

function compareOperations(old: Side<DocumentOperation>, next: Side<DocumentOperation>): Change[] {
  const changes: Change[] = []
  const { name } = next.part
  const sinkOf =
    (side: Sink['side']) =>
    (place: string): Sink => ({
      side,
      report(breaking, { rule, message, pointer = '' }) {
        const effect = !breaking ? 'compatible' : side === 'request' ? 'breaks-writers' : 'breaks-readers'
        changes.push({ effect, rule, operation: name, place, pointer, message })
      },
    })
  compareRequests(old, next, sinkOf('request'))
  compareAnswers(old, next, sinkOf('answer'))
  if (old.part.operation['deprecated'] !== true && next.part.operation['deprecated'] === true)
    changes.push(whole(next.part, { effect: 'compatible', rule: 'operation-deprecated', message: 'is deprecated now' }))
  return changes
}

function whole({ name }: DocumentOperation, change: Pick<Change, 'effect' | 'rule' | 'message'>): Change {
  return { ...change, operation: name, place: '', pointer: '' }
}
