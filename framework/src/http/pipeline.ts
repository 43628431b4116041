import { deadline } from './accept/deadline.ts'
import { requestId } from './accept/request-id.ts'
import { authenticate } from './guard/authenticate.ts'
import { body } from './guard/body.ts'
import { validate } from './guard/validate.ts'
import { handle } from './handle/handle.ts'
import { accessLog } from './reply/access-log.ts'
import { measure } from './reply/measure.ts'
import type { Stage } from './stage.ts'

/**
 * The order of everything that happens to a request. Read from the top for what comes in, from the bottom for what goes out.
 *
 * Around all of it stands recovery (`run.ts`): whatever is thrown anywhere becomes one problem document.
 * At its end stands the contract's writer (`reply/serialise.ts`).
 */
export const pipeline: readonly Stage[] = [
  requestId, // first, so that every line and every refusal below can say whose it is
  accessLog, // before anything can refuse: a refused request is logged, too
  measure, // likewise
  deadline, // before the first thing that can wait
  authenticate, // before anything that costs: strangers do not get their bodies read
  body, // late, because everything above may refuse without it (errata E13)
  validate, // after parsing, before your code
  handle,
]
