import type { Body, Outgoing } from '../answer.ts'

/** What is noted on the way of a request that is recorded in every detail. */
export class Detail {
  /** When each step began, by the monotonic clock, in the order of the pipeline. */
  readonly marks: number[] = []
  /** When the answer began to be written. */
  replying = 0
  sent: Outgoing | undefined = undefined
  /** The answer's body before anything was made of it, such as a smaller one. */
  body: Body = undefined
}
