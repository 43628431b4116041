import type { JsonSchema } from '../compiled-schema.ts'
import type { Endpoint } from '../endpoint.ts'

/** What a rate limit and an idempotency key add to every answer. */
export function limitHeaders({ promises: { rateLimit, idempotent } }: Endpoint): JsonSchema {
  const text = { type: 'string' }
  return {
    ...(rateLimit !== undefined &&
      rateLimit !== 'none' && {
        'RateLimit-Policy': { description: 'The limits: how much (`q`) in how many seconds (`w`).', schema: text },
        RateLimit: { description: 'What they have left (`r`), and in how many seconds there is more (`t`).', schema: text },
      }),
    ...(idempotent !== undefined && {
      'Idempotency-Replayed': { description: 'On the answer to an earlier request with this key.', schema: { const: 'true' } },
    }),
  }
}

export function keyParameters({ promises: { idempotent } }: Endpoint): JsonSchema[] {
  if (idempotent === undefined) return []
  const description = 'Names this request: who repeats it with the same key gets the first answer, and nothing is done twice.'
  const schema = { type: 'string', minLength: 1, maxLength: 257 }
  const example = '"0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b"'
  return [{ name: 'Idempotency-Key', in: 'header', required: idempotent === 'required', description, schema, example }]
}
