import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import protobuf from 'protobufjs'

const root = protobuf.loadSync(join(import.meta.dirname, 'otlp.proto'))
const types = { '/v1/traces': 'otlp.TracesData', '/v1/metrics': 'otlp.MetricsData', '/v1/logs': 'otlp.LogsData' } as const

export interface Received {
  readonly path: keyof typeof types
  readonly headers: IncomingMessage['headers']
  readonly document: Record<string, unknown>
}

/** A collector that takes nothing that is not exactly OTLP, and answers as it is told. */
export async function openCollector(
  answer: (response: ServerResponse, received: Received) => void = (response) => void response.end('{}'),
) {
  const all: Received[] = []
  let told: () => void = () => {}
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const document = JSON.parse(gunzipSync(Buffer.concat(chunks)).toString()) as Record<string, unknown>
      const received = { path: request.url as keyof typeof types, headers: request.headers, document }
      all.push(received)
      answer(response, received)
      told()
    })()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    all,
    /** The first request that fits, as soon as it is there. */
    async until(fits: (received: Received) => boolean): Promise<Received> {
      for (;;) {
        const found = all.find(fits)
        if (found !== undefined) return found
        await new Promise<void>((resolve) => (told = resolve))
      }
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Through protobuf and back: a member that it does not have, or has with another type, would be lost on the way or come back as something else. */
export function assertOtlp({ path, document }: Received): void {
  const type = root.lookupType(types[path])
  const wire = type.encode(type.fromObject(withBytes(document) as Record<string, unknown>)).finish()
  const back = type.toObject(type.decode(wire), { longs: String, enums: Number, arrays: false })
  assert.deepEqual(withoutDefaults(withHex(back)), withoutDefaults(withNumbers(document)))
}

const ids = new Set(['traceId', 'spanId', 'parentSpanId'])

function mapped(value: unknown, leaf: (key: string, value: unknown) => unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((one) => mapped(one, leaf, key))
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return leaf(key, value)
  const pairs = Object.entries(value).map(([name, one]) => [name, mapped(one, leaf, name)] as const)
  // An empty list is none, on the wire.
  return Object.fromEntries(pairs.filter(([, one]) => !Array.isArray(one) || one.length > 0))
}

function withBytes(document: unknown): unknown {
  return mapped(withNumbers(document), (key, value) => {
    if (!ids.has(key)) return value
    assert.match(String(value), key === 'traceId' ? /^[0-9a-f]{32}$/ : /^[0-9a-f]{16}$/)
    return Buffer.from(String(value), 'hex')
  })
}

function withHex(document: unknown): unknown {
  return mapped(document, (_, value) => (value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value))
}

/** Doubles that JSON does not have are written as text. */
function withNumbers(document: unknown): unknown {
  return mapped(document, (key, value) =>
    /^(?:doubleValue|asDouble|sum|value)$/.test(key) && typeof value === 'string' ? Number(value) : value,
  )
}

/** What a field has anyway is not on the wire. */
function withoutDefaults(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDefaults)
  if (typeof value !== 'object' || value === null) return value
  const pairs = Object.entries(value).filter(([, one]) => one !== 0 && one !== '0' && one !== '' && one !== false)
  return Object.fromEntries(pairs.map(([key, one]) => [key, withoutDefaults(one)]))
}

/** Attributes as an object. */
export function attributesOf(of: unknown): Record<string, unknown> {
  const { attributes } = of as { attributes: { key: string; value: Record<string, unknown> }[] }
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))
}
