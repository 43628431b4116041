import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Held } from '../services/limits/index.ts'
import type { Actor } from '../std/actor.ts'
import type { Ambient } from '../std/ambient.ts'
import type { Work } from '../std/background.ts'
import type { TraceContext } from '../std/trace-context.ts'
import type { Context } from './handler.ts'
import type { CodingChoice } from './quality.ts'
import type { Detail } from './record/detail.ts'
import type { Coding, Pipeline, Site, Step } from './stage.ts'

/** One request and its answer: the context that handlers see, and what only stages touch. */
export interface Exchange extends Context, Ambient {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** `GET /orders/{orderId}`; `unmatched` where no route was found. */
  readonly route: string
  readonly site: Site
  readonly pipeline: Pipeline
  readonly pathParams: Readonly<Record<string, string>>
  readonly rawQuery: string
  id: string
  /** Whether the id was drawn here, and is a UUIDv7. */
  minted: boolean
  params: Readonly<Record<string, unknown>>
  query: unknown
  checkedHeaders: Readonly<Record<string, unknown>> | undefined
  /** The names of headers that your code has read; undefined where nobody asks. */
  reads: Set<string> | undefined
  body: unknown
  /** Which of the media types that the contract produces was chosen. */
  format: number
  /** Which of its languages. */
  language: string
  /** How the answer may be compressed. */
  coding: CodingChoice<Coding> | undefined
  actor: Actor | undefined
  readonly startedAt: Date
  /** When it began, by the monotonic clock. */
  readonly started: number
  readonly trace: TraceContext
  readonly spanId: string
  /** Whether its caller may see what is recorded of it. */
  asked: boolean
  /** Undefined when it is not recorded in every detail. */
  detail: Detail | undefined
  /** The last step that had to wait: what a deadline cut, if it did. */
  waiting: Step | undefined
  /** What was thrown, for the access log. */
  failure: unknown
  /** Whether an answer was begun: what comes after it is dropped. */
  answered: boolean
  /** Of the answer, once it was begun. 499 when the caller went away before. */
  status: number
  /** Of the answer's body. */
  bytes: number
  /** Milliseconds from the beginning to the end of the answer. */
  elapsed: number
  /** An `If-Match` came, and `checkPreconditions()` was not called yet. */
  ifMatchIgnored: boolean
  /** What its limits have left, for the headers. */
  quotas: Quota[] | undefined
  /** Its places among the concurrent ones. */
  held: Held[] | undefined
  /** Request headers that chose this answer, beside those that its stages name. */
  varies: readonly string[] | undefined
  /** Fires `signal`, if anybody asked for it. */
  abort(reason: Error): void
  /** Runs `work` once the answer is out. */
  after(work: Work<unknown>): void
  /** The answer is out. */
  over(): void
}

/** What one rate limit had left when it was asked. */
export interface Quota {
  readonly rule: { readonly item: string; readonly quota: number; readonly window: number }
  readonly remaining: number
  readonly wait: number
}
