import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before } from 'node:test'
import type { Running } from 'throughline'
import { bootTest } from 'throughline/testing'
import { ordersApplication } from '../src/application.ts'
import { demoPassword } from '../src/seed.ts'

export interface Answer {
  status: number
  headers: Headers
  /** Parsed when it is one JSON document of any kind, text otherwise. */
  // oxlint-disable-next-line typescript/no-explicit-any -- what strangers get has no type
  body: any
}

export interface Call {
  token?: string
  json?: unknown
  /** Sent as it is. */
  raw?: string | Uint8Array
  headers?: Record<string, string>
}

/** A client that knows nothing of the contract, as strangers do. */
export class Stranger {
  readonly base: () => string
  readonly #tokens = new Map<string, Promise<string>>()

  constructor(base: () => string) {
    this.base = base
  }

  async call(method: string, path: string, { token, json, raw, headers = {} }: Call = {}): Promise<Answer> {
    const response = await fetch(this.base() + (path.startsWith('/api') ? path : `/api/v1${path}`), {
      method,
      headers: {
        ...(json !== undefined && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(json !== undefined && { body: JSON.stringify(json) }),
      ...(raw !== undefined && { body: raw as BodyInit }),
    })
    const text = await response.text()
    const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '')
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text }
  }

  get(path: string, token?: string): Promise<Answer> {
    return this.call('GET', path, token === undefined ? {} : { token })
  }

  post(path: string, json: unknown, token?: string): Promise<Answer> {
    return this.call('POST', path, { json, ...(token !== undefined && { token }) })
  }

  /** The access token of a demo user, by the part of the address before the @. */
  as(who: 'alice' | 'bob' | 'support' | 'admin'): Promise<string> {
    let token = this.#tokens.get(who)
    if (token === undefined) this.#tokens.set(who, (token = this.#logIn(`${who}@x.com`)))
    return token
  }

  async #logIn(email: string): Promise<string> {
    const { status, body } = await this.post('/auth/login', { email, password: demoPassword })
    assert.equal(status, 200)
    return body.accessToken
  }
}

export interface Booted {
  dataDir: string
  url?: string
  seedDemo?: boolean
}

export function statusesOf(answers: readonly Answer[]): number[] {
  return answers.map(({ status }) => status).toSorted((one, other) => one - other)
}

/** Boots the application; its `close()` rejects when it gave an answer that its contract does not declare. */
export function bootOrders({ dataDir, url = 'pglite:memory', seedDemo }: Booted): Promise<Running> {
  return bootTest(ordersApplication, { databaseUrl: url, dataDir, ...(seedDemo !== undefined && { seedDemo }) })
}

/** One application for all tests of a file. */
export function withOrders(): Stranger {
  let running: Running
  let dataDir: string
  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'orders-'))
    running = await bootOrders({ dataDir })
  })
  after(async () => {
    await running?.close()
    await rm(dataDir, { recursive: true, force: true })
  })
  return new Stranger(() => running.url)
}
