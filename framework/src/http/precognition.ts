import type { Endpoint } from '../contract/endpoint.ts'
import { stepsOf } from '../contract/issue.ts'
import { rawHeader } from './headers.ts'
import type { Exchange } from './exchange.ts'
import { Written } from './stage.ts'

/** Whether a request only asks if it would be right; undefined where the endpoint does not answer such questions. */
export function precognitive({ promises }: Endpoint): ((c: Exchange) => boolean) | undefined {
  if (promises.precognition !== true) return undefined
  return (c) => rawHeader(c.request.rawHeaders, 'precognition') === 'true'
}

/** The fields that it asks about, as a test of paths; undefined when it asks about all of them. */
export function askedFields(c: Exchange): ((path: readonly PropertyKey[]) => boolean) | undefined {
  const only = rawHeader(c.request.rawHeaders, 'precognition-validate-only')
  if (only === undefined) return undefined
  const fields = only.split(',').map((field) => stepsOf(field.trim()))
  return (path) =>
    fields.some((steps) => steps.length <= path.length && steps.every((step, at) => step === '*' || step === String(path[at])))
}

/** What is asked about is right. */
export function foreseen(): Written {
  return new Written({ status: 204, headers: ['precognition-success', 'true', 'cache-control', 'no-store'], body: undefined })
}
