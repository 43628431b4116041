import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isTest, none, sourceFiles } from './source-tree.ts'

interface Place {
  /** What in the file waits for somebody else. */
  readonly waits: RegExp
  /** What in the same file ends the wait: all of it. */
  readonly limit: readonly RegExp[]
}

// Whoever waits for another process or machine: each named here, with its limit. Everything else goes through these, and has theirs.
const places: Record<string, Place> = {
  'services/db/session.ts': {
    waits: /new Client\(/,
    limit: [/connectionTimeoutMillis: graceMs/, /deadline = this\.#needs\.statementDeadline/],
  },
  'services/db/drivers/postgres.ts': { waits: /connection\.connect\(/, limit: [/clock\.after\(cancelTimeoutMs/] },
  'services/db/drivers/cancel-request.ts': { waits: /connect\(socketPath/, limit: [/socket\.setTimeout\(/] },
  'services/db/drivers/lock.ts': {
    waits: /connect\(socket\)|execFileSync\(/,
    limit: [/probe\.setTimeout\(probeTimeoutMs/, /timeout: probeTimeoutMs/],
  },
  'services/db/drivers/embedded-postgres/account.ts': { waits: /execFileSync\(/, limit: [/timeout: /] },
  'services/db/drivers/embedded-postgres/server.ts': {
    waits: /execFile\)\(|new Client\(|spawn\(/,
    limit: [/timeout: startTimeoutMs/, /waited < startTimeoutMs/, /connectionTimeoutMillis: 2000/],
  },
  'services/programs/programs.ts': { waits: /spawn\(/, limit: [/clock\.after\(timeout, \(\) => running\.end/] },
  'services/fetch/fetch.ts': { waits: /opened\.fetch\(|lookup\(/, limit: [/clock\.after\(ms, \(\) => late\.abort/] },
  'services/telemetry/collector.ts': { waits: /await fetch\(/, limit: [/clock\.after\(timeout, \(\) => late\.abort/] },
  'tools/trace/dns/exchange.ts': { waits: /createSocket\(|connect\(/, limit: [/clock\.after\(wait/] },
  'tools/trace/http1.ts': { waits: /request\(/, limit: [/abortable<[\s\S]*signal/] },
  'tools/trace/http2.ts': { waits: /connect\(/, limit: [/abortable<[\s\S]*signal/] },
  'tools/trace/race.ts': { waits: /connect\(/, limit: [/abortable<[\s\S]*signal/] },
  'tools/trace/secure.ts': { waits: /connect\(/, limit: [/abortable<[\s\S]*signal/] },
}

// Calls of what node: and the drivers give to wait with. A method of ours that has such a name is called on `this`, and not matched.
const outgoing: readonly RegExp[] = [
  /import \{[^}]*\b(connect|createConnection|createSocket|request|get)\b(?! as)[^}]*\} from 'node:(net|tls|http|https|http2|dgram)'/,
  /import \{[^}]*\b(lookup|resolve\w*)\b[^}]*\} from 'node:dns(\/promises)?'/,
  /import \{[^}]*\b(execFile|execFileSync|exec|execSync|spawnSync|fork)\b[^}]*\} from 'node:child_process'/,
  /import \{[^}]*\b(Client|Pool|Connection)\b[^}]*\} from 'pg'/,
  /\bpg\(\)\.(Client|Pool|Connection)\b|\b(Client|Pool|Connection)\b[^}]*\} = pg\(\)/,
  /\bimport\('(undici|ioredis|ws)'\)/,
  /(?<![.\w])fetch\((?!\s*(request|input)\b)/,
]

// Statements that may take as long as they take, and why nobody hangs all the same.
const endless: Record<string, { readonly count: number; readonly why: RegExp }> = {
  // Both under `graceMs`, after which the connection is cut.
  'services/db/session.ts': { count: 2, why: /clock\.after\(graceMs, \(\) => this\.destroy\(\)\)/ },
  // A commit that was cut half-way would leave nobody knowing. Its request is answered at its deadline.
  'services/db/unit.ts': { count: 1, why: /commitOutcomeUnknown/ },
  // A change of schema takes as long as it takes, before anything is served.
  'services/db/migrations/migrations.ts': { count: 1, why: /pg_try_advisory_lock/ },
}

const sources = sourceFiles('framework/src/**/*.ts', 'orders/src/**/*.ts')
  .filter(({ path }) => !isTest(path) && !/\/(suite|fixtures)\b/.test(path))
  .map(({ path, text }) => ({ path: path.replace('framework/src/', ''), text: text.replaceAll(/^\s*(\*|\/\/|\/\*\*).*$/gm, '') }))

describe('waiting for somebody else', () => {
  it('happens in these places and in no others · M15.7', () => {
    none(
      sources
        .filter(({ path, text }) => places[path] === undefined && outgoing.some((pattern) => pattern.test(text)))
        .map(({ path }) => `${path} waits for another process or machine: give it a limit, and name it in timeouts.test.ts`),
    )
  })

  it('has a limit in each of them · M15.7', () => {
    none(
      Object.entries(places).map(([path, { waits, limit }]) => {
        const text = sources.find((one) => one.path === path)?.text ?? ''
        if (!waits.test(text)) return `${path} does not wait any more: take it out of the list`
        return limit.every((one) => one.test(text)) ? undefined : `${path} waits without a limit`
      }),
    )
  })

  it('ends for statements, but for those few · M15.7', () => {
    const found = sources
      .map(({ path, text }) => [path, text.match(/\.query\([^\n]*, Infinity\)/g)?.length ?? 0] as const)
      .filter(([, count]) => count > 0)
    assert.deepEqual(Object.fromEntries(found), Object.fromEntries(Object.entries(endless).map(([path, { count }]) => [path, count])))
    none(
      Object.entries(endless).map(([path, { why }]) => (why.test(sources.find((one) => one.path === path)?.text ?? '') ? undefined : path)),
    )
  })

  it('cannot be hidden from this test: the patterns find what they are for · M15.7', () => {
    const hidden = [
      "import { connect, type Socket } from 'node:net'",
      "import { Agent, request } from 'node:https'",
      "import { lookup } from 'node:dns/promises'",
      "import { execFile } from 'node:child_process'",
      "import { Client } from 'pg'",
      "const { fetch } = await import('undici')",
      "return fetch('https://example.com')",
    ]
    none(hidden.filter((text) => !outgoing.some((pattern) => pattern.test(text))))
    assert.equal(
      outgoing.some((pattern) => pattern.test("import { isIP, type Socket } from 'node:net'")),
      false,
    )
  })
})
