import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import * as z from 'zod'
import { openSite } from '../../../test/http/site.ts'
import type { Codec } from '../../contract/codec.ts'
import { endpoint } from '../../contract/endpoint.ts'
import { snakeCase } from '../../contract/naming/naming.ts'
import type { HttpRecord } from '../../std/operation.ts'
import { recorder } from '../../system/trace/index.ts'
import { avro } from '../codecs/avro/index.ts'
import { msgpack } from '../codecs/msgpack/index.ts'
import { protobuf } from '../codecs/protobuf/index.ts'
import { xml } from '../codecs/xml/index.ts'
import { implement } from '../implement.ts'
import { rawReply } from '../stage.ts'

const Note = z.object({ text: z.string(), stars: z.int32(), password: z.string() }).meta({ id: 'Note' })
const Named = z.object({ longName: z.string() }).meta({ id: 'Named' })
const note = { text: 'Übung', stars: 5, password: 'canary-password' }
const decoded = { text: 'Übung', stars: 5, password: '[redacted]' }

const codecs: readonly Codec[] = [
  msgpack(),
  xml(),
  avro(),
  protobuf({ numbers: { Note: { text: 1, stars: 2, password: 3 }, Named: { long_name: 1 } } }),
]
/** Of an application: it reads what JSON cannot say. */
const own: Codec = { mediaType: 'application/x-own', reader: () => () => 1n }
const types = codecs.map(({ mediaType }) => mediaType)
const common = { summary: 'Echoes', auth: 'none', status: 200 } as const
const produces = ['application/json', ...types]
const contract = {
  echo: endpoint('POST /echo', { ...common, body: Note, returns: Note, accepts: produces, produces }),
  named: endpoint('GET /named', { ...common, returns: Named, produces, naming: snakeCase }),
  raw: endpoint('GET /raw', { ...common, mediaType: 'application/msgpack' }),
  own: endpoint('GET /own', { ...common, mediaType: 'application/x-own' }),
  large: endpoint('GET /large', { ...common, mediaType: 'application/msgpack' }),
}

async function open(t: TestContext) {
  const kept = recorder({ share: 1, bodies: true })
  let told: () => void = () => {}
  kept.listen(() => told())
  const routes = implement(contract, {
    echo: ({ body }) => body,
    named: () => ({ longName: 'x' }),
    raw: () => rawReply(Buffer.from([0xc1]), { type: 'application/msgpack' }),
    own: () => rawReply(Buffer.from('own'), { type: 'application/x-own' }),
    large: () => rawReply(Buffer.from('81a16ecfffffffffffffffff', 'hex'), { type: 'application/msgpack' }),
  })
  const site = await openSite({ routes, recording: kept, strict: true, codecs: [...codecs, own] })
  t.after(() => site.close())
  let asked = 0
  return async (path: string, init: RequestInit): Promise<{ http: HttpRecord; bytes: Uint8Array<ArrayBuffer> }> => {
    const response = await fetch(site.url + path, init)
    const bytes = new Uint8Array(await response.arrayBuffer())
    assert.equal(response.status, 200, new TextDecoder().decode(bytes))
    asked++
    while (kept.size < asked) await new Promise<void>((resolve) => (told = resolve))
    const [operation] = kept.newest()
    return { http: operation!.http!, bytes }
  }
}

describe('a recorded body', () => {
  for (const type of types)
    it(`is readable, and masked by the names of its members, in either direction: ${type} · M04.7 M17.4`, async (t) => {
      const ask = await open(t)
      const json = { 'content-type': 'application/json' }
      const first = await ask('/echo', { method: 'POST', headers: { ...json, accept: type }, body: JSON.stringify(note) })
      assert.deepEqual(JSON.parse(first.http.responseBody!), decoded)
      const { http } = await ask('/echo', { method: 'POST', headers: { 'content-type': type, accept: type }, body: first.bytes })
      assert.deepEqual([http.requestBody, JSON.parse(http.responseBody!)], [decoded, decoded])
      assert.doesNotMatch(JSON.stringify(http), /canary/)
    })

  it('has the names that went over the wire', async (t) => {
    const ask = await open(t)
    for (const accept of types) {
      const { http } = await ask('/named', { headers: { accept } })
      assert.equal(http.responseBody, '{"long_name":"x"}', accept)
    }
  })

  it('is its number of bytes where they are not what they are called, or not for JSON to say', async (t) => {
    const ask = await open(t)
    assert.equal((await ask('/raw', {})).http.responseBody, '[1 bytes]')
    assert.equal((await ask('/own', {})).http.responseBody, '[3 bytes]')
  })

  it('keeps an integer of 64 bits, which JSON has no number for', async (t) => {
    const ask = await open(t)
    const { http } = await ask('/large', {})
    assert.deepEqual(JSON.parse(http.responseBody!), { n: '18446744073709551615' })
  })
})
