import type { Actor } from '../../std/actor.ts'
import { errorTable } from '../../std/error-table.ts'
import { AppError } from '../../std/errors.ts'

/** A named rule about who may do something to a subject: calling it either returns or throws `forbidden`. */
export interface Policy<Subject = unknown> {
  (actor: Actor, subject: Subject): void
  readonly name: string
  /** For showing or hiding what somebody may do anyway; it guards nothing. */
  readonly allows: (actor: Actor, subject: Subject) => boolean
}

/**
 * Declares a rule: `true`, or the sentence that the refused caller will read.
 *
 * Calling it throws the problem `forbidden` (403) with that sentence and the rule's name. Only `true` allows, so a rule that fails to decide refuses.
 *
 * ```ts
 * import { policy } from 'throughline/auth'
 *
 * export const mayCancel = policy(
 *   'orders.cancel',
 *   (actor, order: { buyerId: string }) => order.buyerId === actor.id || actor.roles.includes('support') || 'Only the buyer or support may cancel.',
 * )
 * // mayCancel(actor, order)
 * ```
 */
export function policy<Subject = void>(name: string, decide: (actor: Actor, subject: Subject) => true | string): Policy<Subject> {
  const check = (actor: Actor, subject: Subject): void => {
    const decision: unknown = decide(actor, subject)
    if (decision === true) return
    const { status, title } = errorTable.forbidden
    const detail = typeof decision === 'string' && decision !== '' ? decision : title
    throw new AppError({ code: 'forbidden', status, title, detail, fields: { policy: name } })
  }
  const allows = (actor: Actor, subject: Subject): boolean => decide(actor, subject) === true
  // A function's own `name` is read-only for assignment, so Object.assign would throw here.
  return Object.freeze(
    Object.defineProperties(check, { name: { value: name, enumerable: true }, allows: { value: allows } }),
  ) as Policy<Subject>
}
