import { cors, type CorsPolicy } from '../contract/cors.ts'
import type { Pipeline } from './stage.ts'

export interface OptionsQuestion {
  /** The methods of the path. */
  readonly routed: readonly string[]
  /** What a preflight asks for. */
  readonly asked: string | undefined
  readonly find: (method: string) => Pipeline | undefined
}

/** Where an application or a route has no policy, every origin is refused, and the log says what to add. */
const closed = cors({ origins: [] })

/** What answers OPTIONS: one pipeline a CORS policy, because a preflight is answered by the policy of the route that it asks for. */
export class OptionsPipelines {
  readonly #default: CorsPolicy
  readonly #compile: (policy: CorsPolicy) => Pipeline
  readonly #byPolicy = new WeakMap<CorsPolicy, Pipeline>()

  constructor(policy: CorsPolicy | undefined, compile: (policy: CorsPolicy) => Pipeline) {
    this.#default = policy ?? closed
    this.#compile = compile
  }

  /** `routed`: the methods under the same policy, since a browser remembers for all of them what it was told for one. */
  find({ routed, asked, find }: OptionsQuestion): { pipeline: Pipeline; routed: readonly string[] } {
    const policy = asked === undefined ? this.#default : this.#policyOf(find(asked))
    let pipeline = this.#byPolicy.get(policy)
    if (pipeline === undefined) this.#byPolicy.set(policy, (pipeline = this.#compile(policy)))
    return { pipeline, routed: asked === undefined ? routed : routed.filter((method) => this.#policyOf(find(method)) === policy) }
  }

  /** Whether an application that is mounted at the path is asked: no route of ours takes any method of it, and no policy of ours knows the answer. */
  leaves({ routed, asked, find }: OptionsQuestion, mounted: Pipeline): boolean {
    const isIts = (method: string) => find(method)?.route.handler === mounted.route.handler
    return routed.every(isIts) && (asked === undefined || this.#policyOf(find(asked)) === closed)
  }

  #policyOf(pipeline: Pipeline | undefined): CorsPolicy {
    const own = pipeline?.route.endpoint.promises.cors ?? this.#default
    return own === 'none' ? closed : own
  }
}
