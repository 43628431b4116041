import { serialiser } from './reply/serialise.ts'
import type { Exchange, Outgoing, Pipeline, Reply, Route, Site, Stage, Step } from './stage.ts'

export type Assemble = (route: Route, steps: readonly Step[]) => Pipeline
type Entered = Reply | undefined | Promise<Reply | undefined>

/** Asks every stage what it has to do for this route, and makes one pipeline of the answers. */
export function compilePipeline(route: Route, site: Site, stages: readonly Stage[], assemble: Assemble = compiled): Pipeline {
  const steps = stages.map((stage) => stage.compile(route, site)).filter((step) => step !== undefined)
  return assemble(route, steps)
}

/**
 * The steps as three flat functions, written and compiled at boot: no loop, no closure and no promise a step.
 *
 * `enter` is a switch that falls from step to step. Where a step returns a promise, the function is entered again
 * after it, at the next case: only really asynchronous steps pay for being so.
 */
export function compiled(route: Route, steps: readonly Step[]): Pipeline {
  const generated = generate(steps)
  if (generated === undefined) return interpreted(route, steps)
  return { route, label: labelOf(route), steps, ...generated, write: serialiser(route) }
}

/** The same by loops: the twin that a differential test holds against `compiled`, and what runs where code generation is forbidden. */
export function interpreted(route: Route, steps: readonly Step[]): Pipeline {
  function enter(c: Exchange, at: number): Entered {
    for (let i = at; i < steps.length; i++) {
      const result = steps[i]!.enter?.(c)
      if (result instanceof Promise) return result.then((reply) => reply ?? enter(c, i + 1))
      if (result !== undefined) return result
    }
    return undefined
  }
  return {
    route,
    label: labelOf(route),
    steps,
    enter,
    leave(c, outgoing) {
      for (let i = steps.length - 1; i >= 0; i--) steps[i]!.leave?.(c, outgoing)
    },
    done(c) {
      for (let i = steps.length - 1; i >= 0; i--) steps[i]!.done?.(c)
    },
    write: serialiser(route),
  }
}

function labelOf({ endpoint, prefix }: Route): string {
  return `${endpoint.method} ${prefix}${endpoint.path}`
}

interface Generated {
  enter(c: Exchange, at: number): Entered
  leave(c: Exchange, outgoing: Outgoing): void
  done(c: Exchange): void
}

function generate(steps: readonly Step[]): Generated | undefined {
  const indices = steps.map((_, index) => index)
  const backwards = indices.toReversed()
  const cases = indices
    .filter((i) => steps[i]!.enter)
    .map((i) => `case ${i}: r = s${i}.enter(c); if (r !== undefined) return r instanceof Promise ? r.then((v) => v ?? enter(c, ${i + 1})) : r;`)
  // Only indices and fixed words get into the source: nothing of a contract or a request is ever compiled.
  const source = `'use strict';
${indices.map((i) => `const s${i} = steps[${i}];`).join(' ')}
function enter(c, at) { let r; switch (at) { ${fallThrough(steps, cases)} } return undefined; }
function leave(c, outgoing) { ${backwards.filter((i) => steps[i]!.leave).map((i) => `s${i}.leave(c, outgoing);`).join(' ')} }
function done(c) { ${backwards.filter((i) => steps[i]!.done).map((i) => `s${i}.done(c);`).join(' ')} }
return { enter, leave, done };`
  try {
    return new Function('steps', source)(steps) as Generated
  } catch {
    // --disallow-code-generation-from-strings
    return undefined
  }
}

/** Steps without `enter` have no work, but a resumption may name them: their labels fall through to the next one's. */
function fallThrough(steps: readonly Step[], cases: readonly string[]): string {
  let written = 0
  return steps.map((step, i) => (step.enter ? cases[written++]! : `case ${i}:`)).join('\n')
}
