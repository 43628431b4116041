import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isStream, type Endpoint, type Schema, type StreamSchema } from 'throughline/contract'
import * as z from 'zod'
import * as accounts from './accounts.ts'
import * as auth from './auth.ts'
import * as orders from './orders.ts'
import * as products from './products.ts'
import * as productsV2 from './products-v2.ts'
import * as users from './users.ts'

const endpoints = [accounts, auth, orders, products, productsV2, users]
  .flatMap((module): [string, unknown][] => Object.entries(module))
  .filter((entry): entry is [string, Endpoint] => (entry[1] as { kind?: string }).kind === 'endpoint')

describe('contract', () => {
  it('has examples that its own schemas accept, at least one for every body · M21.8', () => {
    for (const [name, { promises }] of endpoints) {
      for (const schema of [changeable(promises.body), entriesOf(promises.returns)] as (z.ZodType | undefined)[]) {
        const examples = (schema?.meta()?.['examples'] ?? []) as unknown[]
        if (schema !== undefined && schema === changeable(promises.body))
          assert.ok(examples.length > 0, `${name} has no example of its body`)
        for (const example of examples) assert.ok(schema!.safeParse(example).success, `${name}: ${JSON.stringify(example)}`)
      }
    }
  })

  it('limits every text, list and number that comes in', () => {
    for (const [name, { promises }] of endpoints) {
      for (const schema of [changeable(promises.body), promises.query, promises.params] as (z.ZodType | undefined)[]) {
        if (schema !== undefined) assert.deepEqual(unlimited(z.toJSONSchema(schema, { io: 'input' })), [], name)
      }
    }
  })

  it('gives every operation a summary, a tag and an answer for each of its failures', () => {
    for (const [name, { promises }] of endpoints) {
      assert.ok(promises.summary.length > 0 && promises.tags?.length === 1, name)
      if (promises.params !== undefined)
        assert.ok(
          promises.errors?.some(({ type }: { type: string }) => type === 'not-found'),
          name,
        )
    }
  })

  it('knows an address however it is written', () => {
    assert.equal(users.Email.parse('  Alice@X.COM '), 'alice@x.com')
    for (const bad of ['alice', '@x.com', 'alice@', 'a b@x.com', `${'a'.repeat(250)}@x.com`, 'alice@x.com\u0000']) {
      assert.equal(users.Email.safeParse(bad).success, false, bad)
    }
  })

  it('counts money in whole cents', () => {
    const amount = accounts.NewTransfer.shape.amount
    for (const good of [0.01, 0.07, 19.99, 4.35, 1_000_000]) assert.ok(amount.safeParse(good).success, String(good))
    for (const bad of [0, -1, 0.001, 19.999, 1_000_000.01, Number.NaN, '1']) assert.equal(amount.safeParse(bad).success, false, String(bad))
  })
})

/** A stream's examples are those of its entries. */
function entriesOf(returns: unknown): unknown {
  return isStream(returns as Schema) ? (returns as StreamSchema).item : returns
}

/** What a patch may change is limited by the schema that it is held against. */
function changeable(body: (z.ZodType & { readonly of?: z.ZodType }) | undefined): z.ZodType | undefined {
  return body?.of ?? body
}

/** Where a JSON Schema lets in more than it says. */
function unlimited(schema: z.core.JSONSchema.BaseSchema, path = ''): string[] {
  const below = Object.entries({ ...schema.properties, ...schema.$defs }).flatMap(([key, value]) =>
    unlimited(value as z.core.JSONSchema.BaseSchema, `${path}/${key}`),
  )
  const items = schema.items === undefined ? [] : unlimited(schema.items as z.core.JSONSchema.BaseSchema, `${path}/items`)
  const isLimited =
    schema.enum !== undefined ||
    ((schema.type === 'string' ? schema.maxLength !== undefined || schema.format === 'uuid' : true) &&
      (schema.type === 'array' ? schema.maxItems !== undefined : true) &&
      (schema.type === 'number' || schema.type === 'integer' ? schema.maximum !== undefined && schema.minimum !== undefined : true))
  return [...(isLimited ? [] : [path]), ...below, ...items]
}
