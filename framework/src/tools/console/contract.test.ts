import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Endpoint } from '../../contract/endpoint.ts'
import { schema } from '../../contract/json-schema/schema.ts'
import type { Schema } from '../../contract/standard-schema.ts'
import * as contract from './contract.ts'

describe('the contract of the console', () => {
  it('has schemas that would have been refused here if they were wrong: they are compiled late', () => {
    const endpoints = Object.values<Endpoint | object>(contract).filter((value): value is Endpoint => 'promises' in value)
    const parts = endpoints.map(({ promises }) => promises as { query?: Schema; body?: Schema })
    const schemas = parts.flatMap(({ query, body }) => [query, body]).filter((one) => one !== undefined)
    assert.ok(schemas.length >= 7)
    for (const one of schemas) schema(one['~standard'].jsonSchema!.input({ target: 'draft-2020-12' }))
  })
})
