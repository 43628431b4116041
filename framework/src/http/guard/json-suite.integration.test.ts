import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import * as z from 'zod'
import { openSite } from '../../../test/http/site.ts'
import { endpoint } from '../../contract/endpoint.ts'
import { implement } from '../implement.ts'

const folder = join(import.meta.dirname, '../../../../../shared/suites/json/test_parsing')

// An echo without a schema, so that nothing but the parser decides; the suite wants the last of two equal members, our default refuses them.
const contract = {
  echo: endpoint('POST /json', {
    summary: 'Echo',
    auth: 'none',
    body: z.unknown(),
    returns: z.unknown(),
    status: 200,
    json: { duplicates: 'last' },
  }),
  strict: endpoint('POST /strict', { summary: 'Echo', auth: 'none', body: z.unknown(), returns: z.unknown(), status: 200 }),
}

/** What RFC 8259 leaves open (`i_`), and what we decided: these are read, all others refused. */
const read = new Set(['i_number_double_huge_neg_exp.json', 'i_number_real_underflow.json', 'i_number_too_big_pos_int.json'])

describe('JSONTestSuite over HTTP', { skip: existsSync(folder) ? false : 'needs ../shared/suites/json' }, () => {
  let site: Awaited<ReturnType<typeof openSite>>
  before(async () => {
    site = await openSite({
      routes: implement(contract, { echo: ({ body }) => body, strict: ({ body }) => body }),
      bodyLimit: 1024 * 1024,
    })
  })
  after(() => site.close())

  const post = async (path: string, body: Buffer<ArrayBuffer>) => {
    const answer = await fetch(site.url + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    await answer.arrayBuffer()
    return answer.status
  }
  const files = (prefix: string) =>
    readdirSync(folder)
      .filter((name) => name.startsWith(prefix))
      .map((name) => [name, readFileSync(join(folder, name)) as Buffer<ArrayBuffer>] as const)

  it('answers 2xx to all 95 texts that are JSON · M04.1', async () => {
    const accepted = files('y_')
    assert.equal(accepted.length, 95)
    for (const [name, text] of accepted) assert.equal(await post('/json', text), 200, name)
  })

  it('answers 4xx to all 188 texts that are not · M04.19', async () => {
    const refused = files('n_')
    assert.equal(refused.length, 188)
    for (const [name, text] of refused) assert.equal(await post('/json', text), 400, name)
  })

  it('answers as documented where the standard leaves a choice: inexact numbers, halves of pairs, marks and depth are refused · M04.19', async () => {
    for (const [name, text] of files('i_')) assert.equal(await post('/json', text), read.has(name) ? 200 : 400, name)
  })

  it('refuses by default only the two of them that hold a member twice · M04.16', async () => {
    const refused: string[] = []
    for (const [name, text] of files('y_')) if ((await post('/strict', text)) !== 200) refused.push(name)
    assert.deepEqual(refused, ['y_object_duplicated_key.json', 'y_object_duplicated_key_and_value.json'])
  })
})
