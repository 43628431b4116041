import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { endpoint } from '../contract/endpoint.ts'
import { compiled, interpreted } from './compile.ts'
import type { Exchange } from './exchange.ts'
import { reply, type Outgoing, type Reply, type Route, type Step } from './stage.ts'

const route: Route = {
  name: 'x',
  endpoint: endpoint('GET /x', { summary: 'x', auth: 'none' }),
  prefix: '',
  handler: () => undefined,
  source: 'x.ts:1',
}

/** What one step of a random pipeline does. */
interface Plan {
  enter: 'absent' | 'go on' | 'stop' | 'throw' | 'go on later' | 'stop later' | 'reject'
  leaves: boolean
  done: boolean
}

function stepsOf(plans: readonly Plan[], trace: string[]): Step[] {
  return plans.map((plan, i): Step => {
    const enter = (): Reply | undefined | Promise<Reply | undefined> => {
      trace.push(`enter ${i}`)
      if (plan.enter === 'throw') throw new Error(`step ${i}`)
      if (plan.enter === 'reject') return Promise.reject(new Error(`step ${i}`))
      const result = plan.enter.startsWith('stop') ? reply(i) : undefined
      return plan.enter.endsWith('later') ? Promise.resolve(result) : result
    }
    return {
      stage: `s${i}`,
      label: `s${i}`,
      ...(plan.enter !== 'absent' && { enter }),
      ...(plan.leaves && { leave: () => void trace.push(`leave ${i}`) }),
      ...(plan.done && { done: () => void trace.push(`done ${i}`) }),
    }
  })
}

async function runAll(assemble: typeof compiled, plans: readonly Plan[]): Promise<{ trace: string[]; outcome: string; late: boolean }> {
  const trace: string[] = []
  const pipeline = assemble(route, stepsOf(plans, trace))
  const c = {} as Exchange
  let late = false
  let outcome: string
  try {
    const entered = pipeline.enter(c, 0)
    late = entered instanceof Promise
    const result = await entered
    outcome = result === undefined ? 'end' : `reply ${String(result.value)}`
  } catch (error) {
    outcome = (error as Error).message
  }
  pipeline.leave(c, { status: 200, headers: [], body: undefined } satisfies Outgoing)
  pipeline.done(c)
  return { trace, outcome, late }
}

const plans = fc.array(
  fc.record({
    enter: fc.constantFrom<Plan['enter'][]>('absent', 'go on', 'go on', 'go on', 'go on later', 'stop', 'stop later', 'throw', 'reject'),
    leaves: fc.boolean(),
    done: fc.boolean(),
  }),
  { maxLength: 12 },
)

describe('a compiled pipeline', () => {
  it('does exactly what its interpreted twin does, step by step', async () => {
    await fc.assert(
      fc.asyncProperty(plans, async (given) => assert.deepEqual(await runAll(compiled, given), await runAll(interpreted, given))),
    )
  })

  it('enters in order, stops at the first reply, and leaves backwards', async () => {
    const { trace, outcome } = await runAll(compiled, [
      { enter: 'go on', leaves: true, done: true },
      { enter: 'stop', leaves: true, done: false },
      { enter: 'go on', leaves: false, done: false },
    ])
    assert.deepEqual(trace, ['enter 0', 'enter 1', 'leave 1', 'leave 0', 'done 0'])
    assert.equal(outcome, 'reply 1')
  })

  it('makes no promise where no step is asynchronous', async () => {
    assert.equal(
      (
        await runAll(compiled, [
          { enter: 'go on', leaves: true, done: true },
          { enter: 'stop', leaves: false, done: false },
        ])
      ).late,
      false,
    )
  })
})
