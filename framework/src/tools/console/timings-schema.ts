import { ownSchema } from '../../contract/json-schema/schema.ts'
import { clientLimits, type ClientTimings } from '../../contract/trace/client-timings.ts'

const { total, parts, name, note } = clientLimits
const ms = { type: 'number', minimum: 0, maximum: total }
const required = ['name', 'start', 'ms', 'note']
const part = {
  type: 'object',
  properties: { name: { type: 'string', minLength: 1, maxLength: name }, start: ms, ms, note: { type: 'string', maxLength: note } },
  required,
  additionalProperties: false,
}

/** A client's half, as it is sent: every number within reason and every text short. */
export const Timings = ownSchema<ClientTimings>({
  type: 'object',
  properties: {
    startedAt: { type: 'number', minimum: 0, maximum: 8.64e15, description: 'Milliseconds since 1970.' },
    total: ms,
    spanId: { type: 'string', pattern: '^[0-9a-f]{16}$' },
    phases: {
      type: 'array',
      minItems: 1,
      maxItems: 6,
      items: {
        ...part,
        properties: {
          ...part.properties,
          name: { enum: ['dns', 'tcp', 'tls', 'request', 'waiting', 'content'] },
          parts: { type: 'array', maxItems: parts, items: part },
          failed: { const: true },
        },
      },
    },
  },
  required: ['startedAt', 'total', 'phases'],
  additionalProperties: false,
})
