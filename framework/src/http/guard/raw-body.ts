import type { Context } from '../stage.ts'

const kept = new WeakMap<object, Uint8Array>()

/**
 * The bytes of a body as they were before parsing, for whoever checks a signature over them. Only where the contract says `rawBody: true`.
 *
 * ```ts
 * import { createHmac, timingSafeEqual } from 'node:crypto'
 * import { rawBody, type Context } from 'throughline/http'
 *
 * export function isSigned(c: Context, secret: string): boolean {
 *   const expected = createHmac('sha256', secret).update(rawBody(c)).digest()
 *   const given = Buffer.from(c.headers['x-signature'] ?? '', 'hex')
 *   return given.length === expected.length && timingSafeEqual(given, expected)
 * }
 * ```
 */
export function rawBody(c: Pick<Context, 'id'>): Uint8Array {
  const bytes = kept.get(c)
  if (bytes === undefined)
    throw new Error('The bytes of this body were not kept: its endpoint needs `rawBody: true`, and a body that is read whole.')
  return bytes
}

export function keepBody(c: object, bytes: Uint8Array): void {
  kept.set(c, bytes)
}
