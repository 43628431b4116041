import { BootError } from '../std/errors.ts'
import { patch } from './patch.ts'
import type { PatchSchema } from './patch-types.ts'
import type { InputOf, OutputOf, Schema } from './standard-schema.ts'

/** An object schema that can be made without some members: Zod's have `omit()`, and so have those of `schema()`. */
export type ObjectSchema = Schema<any, any> & { omit(mask: any): Schema<any, any> }

export interface VariantRules<ReadOnly extends PropertyKey, Fixed extends PropertyKey> {
  /** What only the server sets: callers send it neither to create nor to change. */
  readOnly?: readonly ReadOnly[]
  /** What is set once, when it is created. */
  createOnly?: readonly Fixed[]
}

type Without<S, Names extends PropertyKey> = Schema<Omit<InputOf<S>, Names>, Omit<OutputOf<S>, Names>>

/** What callers may send of one thing, by what they want to do with it. */
export interface Variants<S, ReadOnly extends PropertyKey, Fixed extends PropertyKey> {
  /** For POST. */
  readonly create: Without<S, ReadOnly>
  /** For PUT: everything that can be changed, whole. */
  readonly update: Without<S, ReadOnly | Fixed>
  /** For PATCH: any part of `update` at any depth, with `null` for what is to go. */
  readonly patch: PatchSchema<Without<S, ReadOnly | Fixed>>
}

/**
 * The bodies that create, replace and change what `whole` describes, derived from it: a member that is added there is in all of them.
 *
 * Throws `BootError('contract-invalid')` for a member that there is not, and for rules across members, which cannot be kept when members go:
 * add those to the variants.
 *
 * ```ts
 * import { endpoint, variants } from 'throughline/contract'
 * import * as z from 'zod'
 *
 * const Product = z.object({ id: z.uuid(), sku: z.string(), name: z.string(), note: z.string().optional() })
 * const { create, update, patch } = variants(Product, { readOnly: ['id'], createOnly: ['sku'] })
 * export const createProduct = endpoint('POST /products', { summary: 'Create', auth: 'user', body: create, returns: Product })
 * export const changeProduct = endpoint('PATCH /products/{id}', { summary: 'Change', auth: 'user', body: patch, returns: Product })
 * ```
 */
export function variants<
  S extends ObjectSchema,
  const ReadOnly extends keyof OutputOf<S> & string = never,
  const Fixed extends keyof OutputOf<S> & string = never,
>(whole: S, { readOnly = [], createOnly = [] }: VariantRules<ReadOnly, Fixed>): Variants<S, ReadOnly, Fixed> {
  const update = without(whole, [...readOnly, ...createOnly])
  return Object.freeze({ create: without(whole, readOnly), update, patch: patch(update) }) as Variants<S, ReadOnly, Fixed>
}

function without(whole: ObjectSchema, names: readonly string[]): Schema<any, any> {
  if (names.length === 0) return whole
  try {
    return whole.omit(Object.fromEntries(names.map((name) => [name, true])))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new BootError('contract-invalid', `A schema cannot be had without ${names.join(', ')}: ${reason.replace(/\.$/, '')}.`, {
      fix: 'Name members that there are, and add rules across members to the variants.',
      cause,
    })
  }
}
