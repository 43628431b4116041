import { variants, type InputOf, type MergePatch, type OutputOf } from 'throughline/contract'
import { schema } from 'throughline/contract/json-schema'
import * as z from 'zod'

const Product = z.object({ id: z.uuid(), sku: z.string(), name: z.string(), stock: z.int().default(0) })
const { create, update, patch } = variants(Product, { readOnly: ['id'], createOnly: ['sku'] })

export const given: InputOf<typeof create> = { sku: 'A', name: 'Lamp' }
export const made: OutputOf<typeof create> = { sku: 'A', name: 'Lamp', stock: 1 }
export const whole: InputOf<typeof update> = { name: 'Lamp' }
export const part: MergePatch<InputOf<typeof update>> = { name: 'Desk', stock: null }
export const change: Promise<{ name: string; stock: number }> = (null as unknown as OutputOf<typeof patch>)({ name: 'Lamp' })
// @ts-expect-error the server sets it
export const withId: InputOf<typeof create> = { id: 'x', sku: 'A', name: 'Lamp' }
// @ts-expect-error it is set once
export const withSku: InputOf<typeof update> = { sku: 'A', name: 'Lamp' }
// @ts-expect-error filled in only on its way in
export const unfilled: OutputOf<typeof create> = { sku: 'A', name: 'Lamp' }
// @ts-expect-error no such member
variants(Product, { readOnly: ['ident'] })
// @ts-expect-error a text has no members to leave out
variants(z.string(), {})

const raw = variants(schema<{ id: string; name: string }>({ type: 'object', properties: { id: {}, name: {} } }), { readOnly: ['id'] })
export const fromRaw: InputOf<typeof raw.create> = { name: 'Lamp' }
// @ts-expect-error the server sets it
export const rawWithId: InputOf<typeof raw.create> = { id: 'x', name: 'Lamp' }
