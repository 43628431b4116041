import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { AppError } from '../../std/errors.ts'
import { toProblemDocument, type ProblemDocument } from '../problem-document.ts'
import * as problems from '../problems.ts'
import { problemTexts, translatedProblem } from './problem-texts.ts'

const place = { requestId: 'r-1', instance: '/', docsUrl: '/docs' }
const of = (error: unknown): ProblemDocument => toProblemDocument(error, place)
const plainOnes = Object.values(problems).filter((one) => one.fields === undefined)

describe('problems in other languages', () => {
  it('have words for the same kinds of problem in each of them, and different ones · M15.22', () => {
    const codes = Object.keys(problemTexts['de']!)
    assert.deepEqual(Object.keys(problemTexts['fr']!), codes)
    for (const code of codes as (keyof (typeof problemTexts)[string])[]) {
      const [german, french] = [problemTexts['de']![code]!, problemTexts['fr']![code]!]
      assert.notEqual(german.title, french.title, code)
      for (const { detail } of [german, french]) assert.match(detail, /^[A-ZÀ-Ý].*\.$/, code)
      const fields = (text: string) => [...text.matchAll(/\{\w+\}/g)].join()
      assert.equal(fields(german.detail), fields(french.detail), code)
    }
  })

  it('are told with their numbers, and without words stay as they are · M15.22', () => {
    assert.deepEqual(translatedProblem(of(problems.RateLimited({ policy: 'x', retryAfter: 7 })), 'de'), {
      title: 'Zu viele Anfragen',
      detail: 'Wiederholen Sie es in 7 s.',
    })
    assert.equal(translatedProblem(of(new TypeError('x')), 'fr')?.title, 'Erreur interne')
    for (const one of plainOnes) {
      const words = translatedProblem(of((one as () => AppError)()), 'de')
      assert.equal(words !== undefined, one.type in problemTexts['de']!, one.type)
    }
    assert.equal(translatedProblem(of(problems.NotFound()), 'en'), undefined)
    assert.equal(translatedProblem(of(problems.NotFound()), '__proto__'), undefined)
  })

  it('do not replace what an application says in its own words, nor name fields that are written otherwise · M15.22', () => {
    assert.equal(translatedProblem(of(problems.NotFound({ detail: 'There is no order 7.' })), 'de'), undefined)
    assert.equal(translatedProblem(of(new AppError({ code: 'not-found', status: 404, title: 'No order' })), 'de'), undefined)
    assert.equal(translatedProblem({ ...of(problems.NotFound()), code: 'rate-limited', title: 'Too Many Requests' }, 'de'), undefined)
  })
})
