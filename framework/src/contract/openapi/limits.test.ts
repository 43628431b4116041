import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { endpoint } from '../endpoint.ts'
import { toOpenApi } from '../openapi.ts'

interface Shown {
  parameters?: { name: string; required: boolean }[]
  responses: Record<string, { headers?: object }>
}

const operationOf = (of: ReturnType<typeof endpoint>): Shown => {
  const { paths } = toOpenApi({ title: 'T', version: '1', routes: [{ name: 'one', endpoint: of, prefix: '' }] })
  return (paths as Record<string, Record<string, Shown>>)[of.path]!['post']!
}

describe('openapi', () => {
  it('shows the limits and the key of an endpoint, and what it answers about them · M21.9', () => {
    const shown = operationOf(endpoint('POST /a', { summary: 'A', auth: 'user', rateLimit: '20/minute', idempotent: 'required' }))
    assert.deepEqual(
      shown.parameters?.map(({ name, required }) => [name, required]),
      [['Idempotency-Key', true]],
    )
    assert.deepEqual(Object.keys(shown.responses['204']?.headers ?? {}), ['RateLimit-Policy', 'RateLimit', 'Idempotency-Replayed'])
    for (const status of ['400', '409', '422', '429']) assert.ok(status in shown.responses, status)
  })

  it('shows nothing of it where there is nothing · M21.9', () => {
    const shown = operationOf(endpoint('POST /a', { summary: 'A', auth: 'user', rateLimit: 'none' }))
    assert.equal(shown.parameters, undefined)
    for (const status of ['409', '422', '429']) assert.ok(!(status in shown.responses), status)
  })
})
