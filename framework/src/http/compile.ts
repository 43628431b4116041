import type { Codec } from '../contract/codec.ts'
import { problemNames } from '../contract/naming/problem-names.ts'
import { problemsOf } from '../contract/openapi/problems.ts'
import { RateLimited } from '../contract/problems.ts'
import { generate } from '../std/generate.ts'
import { problemReply } from './reply/problem-json.ts'
import { serialiser } from './reply/serialise.ts'
import { watched } from './step-budget.ts'
import { timed } from './step-timeouts.ts'
import type { Exchange } from './exchange.ts'
import type { Pipeline, Reply, Route, Site, Stage, Step } from './stage.ts'

export type Assemble = (route: Route, steps: readonly Step[], codecs?: readonly Codec[]) => Pipeline
type Entered = Reply | undefined | Promise<Reply | undefined>

/** Asks every stage what it has to do for this route, and makes one pipeline of the answers. */
export function compilePipeline(route: Route, site: Site, stages: readonly Stage[], assemble: Assemble = compiled): Pipeline {
  const asked = timed(
    stages.map((stage) => stage.compile(route, site)).filter((step) => step !== undefined),
    route,
    site,
  )
  const steps = site.stepBudget === undefined ? asked : watched(asked, site.stepBudget, site)
  return assemble(route, steps, site.codecs)
}

/**
 * The steps as three flat functions, written and compiled at boot: no loop, no closure and no promise a step.
 *
 * `enter` is a switch that falls from step to step. Where a step returns a promise, the function is entered again
 * after it, at the next case: only really asynchronous steps pay for being so. What was answered meanwhile goes no further.
 */
export function compiled(route: Route, steps: readonly Step[], codecs: readonly Codec[] = []): Pipeline {
  const generated = flat(steps)
  if (generated === undefined) return interpreted(route, steps, codecs)
  return {
    route,
    label: labelOf(route),
    steps,
    declared: declaredBy(route),
    writtenFields: writtenFieldsOf(route),
    ...generated,
    write: writerOf(route, steps, codecs),
    problem: problemReply,
  }
}

/** The same by loops: the twin that a differential test holds against `compiled`, and what runs where code generation is forbidden. */
export function interpreted(route: Route, steps: readonly Step[], codecs: readonly Codec[] = []): Pipeline {
  function enter(c: Exchange, at: number): Entered {
    for (let i = at; i < steps.length; i++) {
      c.detail?.marks.push(c.site.clock.monotonic())
      const result = steps[i]!.enter?.(c)
      if (result instanceof Promise) {
        c.waiting = steps[i]
        return result.then((reply) => reply ?? (c.answered ? undefined : enter(c, i + 1)))
      }
      if (result !== undefined) return result
    }
    return undefined
  }
  return {
    route,
    label: labelOf(route),
    steps,
    declared: declaredBy(route),
    writtenFields: writtenFieldsOf(route),
    enter,
    leave(c, outgoing) {
      for (let i = steps.length - 1; i >= 0; i--) steps[i]!.leave?.(c, outgoing)
    },
    done(c) {
      for (let i = steps.length - 1; i >= 0; i--) steps[i]!.done?.(c)
    },
    write: writerOf(route, steps, codecs),
    problem: problemReply,
  }
}

function writerOf(route: Route, steps: readonly Step[], codecs: readonly Codec[]): Pipeline['write'] {
  const write = serialiser(route, codecs)
  const written = steps.find((step) => step.written !== undefined)?.written
  if (written === undefined) return write
  return (c, reply) => {
    const outgoing = write(c, reply)
    written(c, reply, outgoing)
    return outgoing
  }
}

function labelOf({ endpoint, prefix, label = `${endpoint.method} ${prefix}${endpoint.path}` }: Route): string {
  return label
}

function declaredBy({ endpoint }: Route): ReadonlySet<string> {
  // Whoever runs the application may limit any route.
  return new Set([RateLimited, ...problemsOf(endpoint, [])].map(({ type }) => type))
}

function writtenFieldsOf({ endpoint }: Route): Pipeline['writtenFields'] {
  const { naming } = endpoint.promises
  if (naming === undefined) return undefined
  const all = problemsOf(endpoint, []).map((one) => [one.type, problemNames(one, naming)?.toWritten] as const)
  return new Map(all.filter((entry): entry is [string, (fields: unknown) => unknown] => entry[1] !== undefined))
}

type Generated = Pick<Pipeline, 'enter' | 'leave' | 'done'>

function flat(steps: readonly Step[]): Generated | undefined {
  const backwards = steps.map((step, i) => ({ step, i })).toReversed()
  const lines = [
    ...steps.map((_, i) => `const s${i} = steps[${i}]`),
    'function enter(c, at) {',
    '  let r',
    '  const d = c.detail',
    '  switch (at) {',
    ...steps.map(
      (step, i) =>
        `    case ${i}: if (d !== undefined) d.marks.push(c.site.clock.monotonic());${step.enter === undefined ? '' : entering(i)}`,
    ),
    '  }',
    '}',
    'function leave(c, outgoing) {',
    ...backwards.map(({ step, i }) => (step.leave === undefined ? '' : `  s${i}.leave(c, outgoing)`)),
    '}',
    'function done(c) {',
    ...backwards.map(({ step, i }) => (step.done === undefined ? '' : `  s${i}.done(c)`)),
    '}',
    'return { enter, leave, done }',
  ]
  return generate<(steps: readonly Step[]) => Generated>(['steps'], lines.join('\n'))?.(steps)
}

/** One step: fall through to the next case, stop with a reply, or come back at the next case when a promise is kept. */
function entering(i: number): string {
  return `if ((r = s${i}.enter(c)) !== undefined) return r instanceof Promise ? (c.waiting = s${i}, r.then((v) => v ?? (c.answered ? undefined : enter(c, ${i + 1})))) : r`
}
