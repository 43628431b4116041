import { deadline } from './accept/deadline.ts'
import { loadShed } from './accept/load-shed.ts'
import { requestId } from './accept/request-id.ts'
import { version } from './find/version.ts'
import { authenticate } from './guard/authenticate.ts'
import { authorize } from './guard/authorize.ts'
import { body } from './guard/body.ts'
import { idempotencyKey } from './guard/idempotency-key.ts'
import { rateLimit, rateLimitActor, rateLimitCustom } from './guard/rate-limit.ts'
import { cors, preflight } from './guard/cors.ts'
import { deprecation } from './guard/deprecation.ts'
import { negotiate } from './guard/negotiate.ts'
import { validate } from './guard/validate.ts'
import { check } from './handle/check.ts'
import { handle } from './handle/handle.ts'
import { reads } from './handle/reads.ts'
import { outer } from './handle/outer.ts'
import { precognition } from './handle/precognition.ts'
import { record } from './record/record.ts'
import { accessLog } from './reply/access-log.ts'
import { altSvc } from './reply/alt-svc.ts'
import { cacheControl } from './reply/cache-control.ts'
import { compress } from './reply/compress.ts'
import { conditional } from './reply/conditional.ts'
import { measure } from './reply/measure.ts'
import { range } from './reply/range.ts'
import { serverTiming } from './reply/server-timing.ts'
import { replyCheck } from './reply/reply-check.ts'
import { securityHeaders } from './reply/security-headers.ts'
import type { Stage } from './stage.ts'

/**
 * The order of everything that happens to a request. Read from the top for what comes in, from the bottom for what goes out.
 *
 * Around all of it stands recovery (`run.ts`): whatever is thrown anywhere becomes one problem document.
 * At its end stands the contract's writer (`reply/serialise.ts`).
 */
export const pipeline: readonly Stage[] = [
  record, // done last of all: the record of a request has everything in it
  requestId, // first, so that every line and every refusal below can say whose it is
  accessLog, // before anything can refuse: a refused request is logged, too
  measure, // likewise
  serverTiming, // before anything can refuse: its times are in refusals, too
  loadShed, // before anything that costs, and after what tells of it: a refusal must be cheaper than an answer
  deadline, // before the first thing that can wait
  cors, // before anything can refuse: a page must be able to read why
  securityHeaders, // likewise: refusals are answers, too
  altSvc, // likewise
  outer, // your layers, as early as something may answer: the stages above are in their answers, too
  version, // before negotiation: it turns versioned media types into plain ones; refusals below say which version refused
  deprecation, // before anything that costs: what has ended is refused at once, what ends soon says so in refusals, too
  negotiate, // before anything that costs, and after the version has made plain media types of its own
  compress, // on its way out: after the entity tag was made of the plain bytes
  cacheControl, // its answer may still become 304 below, which has to say for how long it holds
  rateLimit, // by address: guessing a token is refused before it is looked at
  preflight, // counted by address and by nothing else: it carries no credentials, so before those are asked for
  authenticate, // before anything that costs: strangers do not get their bodies read
  rateLimitActor, // as soon as it is known whose requests are counted
  authorize, // as soon as it is known who asks, and before anything is read for them
  range, // on its way out: parts of what the conditions let through
  conditional, // before the body: a write that must name its state and does not is refused unread
  idempotencyKey, // a header is looked at before a body; what the key does happens around your code
  body, // late, because everything above may refuse without it (errata E13)
  validate, // after parsing, before your code
  rateLimitCustom, // last of the three: its function may read what was validated
  check, // asks databases, so behind every limit, and only about requests in which everything else is right
  precognition, // whoever only asked whether it would be right knows it now
  replyCheck, // when the answer is written: before anything is made of its bytes
  reads, // next to your code: what the stages read, they have put into Vary themselves
  handle,
]
