import type { JsonSchema } from './compiled-schema.ts'

const text = { type: 'string' }

/** What is wrong, place by place. */
export const issuesSchema: JsonSchema = {
  type: 'array',
  maxItems: 100,
  items: {
    type: 'object',
    properties: {
      field: { ...text, description: 'Dotted, for people; empty for the whole value.' },
      pointer: { ...text, description: 'RFC 6901, for programs.' },
      code: { ...text, description: 'Stable: what is wrong.' },
      message: text,
      params: { type: 'object', description: 'What the rule asks.', additionalProperties: {} },
    },
    required: ['field', 'pointer', 'code', 'message'],
    additionalProperties: false,
  },
}
