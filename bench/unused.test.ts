import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { inspect } from 'throughline'
import { pipeline } from '../framework/src/http/pipeline.ts'
import { unusedApplication } from './servers/unused-application.ts'
import { stepsOf } from './unused.ts'

describe('the benchmark of unused stages', () => {
  it('measures one route that has the same steps in both applications', () => {
    assert.deepEqual(stepsOf('everything'), stepsOf('nothing'))
  })

  it('has every stage on some route, but alt-svc and outer, which are for all of them, and preflight, which is for derived ones', () => {
    const { pipelines } = inspect(unusedApplication('everything'), { sources: { env: { NODE_ENV: 'production' }, argv: [] } })
    const used = new Set(pipelines.flatMap(({ steps }) => steps.map(({ stage }) => stage)))
    assert.deepEqual(
      pipeline.map(({ name }) => name).filter((name) => !used.has(name)),
      ['alt-svc', 'outer', 'preflight'],
    )
  })
})
