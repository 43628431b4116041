import type { JsonSchema } from '../compiled-schema.ts'
import { successStatus, type Endpoint } from '../endpoint.ts'

/** How a form asks whether it would be accepted. */
export function precognitionParameters({ promises: { precognition } }: Endpoint): JsonSchema[] {
  if (!precognition) return []
  const only = 'Only these fields, dotted, separated by commas; the others may be missing still.'
  return [
    {
      name: 'Precognition',
      in: 'header',
      description: 'Only validates: 204 when the request would be accepted, and nothing is done.',
      schema: { const: 'true' },
    },
    { name: 'Precognition-Validate-Only', in: 'header', description: `With Precognition. ${only}`, schema: { type: 'string' } },
  ]
}

export function precognitionResponses(endpoint: Endpoint): JsonSchema {
  if (!endpoint.promises.precognition || successStatus(endpoint) === 204) return {}
  const headers = { 'Precognition-Success': { description: 'It would be accepted.', schema: { const: 'true' } } }
  return { 204: { description: 'To a request with Precognition: it would be accepted, and nothing was done.', headers } }
}
