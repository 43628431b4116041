import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toScript } from './http-full.ts'
import { requireWrk, toCells } from './lib/load.ts'
import { startServer } from './lib/process.ts'
import { race } from './lib/race.ts'
import { keep } from './lib/report.ts'
import { spread } from './lib/rounds.ts'
import { origin, secret } from './servers/full/common.ts'

const throughline = ['-C', '@throughline/source', 'bench/servers/full/throughline.ts']
const consoleToken = 'g7Kx2mQ9vR4tZ8wL1nB6yD3sF5hJ0pCa'
const goal = '≥ 0.95, ≤ 40 MB'
const off = { TRACE_SHARE: '0', TRACE_STORE: '0B' }

interface Variant {
  readonly program: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Whether the console's live view is open, and Prometheus reads once a second. */
  readonly watched?: boolean
  readonly goal?: string
  /** The variant that it is held against. */
  readonly to: string
}

/** `COLLECTOR` becomes the address of a collector that takes everything. */
const variants: Readonly<Record<string, Variant>> = {
  'throughline, nothing recorded': { program: throughline, env: off, to: 'throughline, nothing recorded' },
  'throughline, as it comes: traces, metrics, history': { program: throughline, goal, to: 'throughline, nothing recorded' },
  'and watched: console open, scraped, sent by OTLP': {
    program: throughline,
    env: { CONSOLE_TOKEN: consoleToken, OTLP_URL: 'COLLECTOR', OTEL_LOGS_EXPORTER: 'none' },
    watched: true,
    goal,
    to: 'throughline, nothing recorded',
  },
  'and every line of its log sent, too': {
    program: throughline,
    env: { CONSOLE_TOKEN: consoleToken, OTLP_URL: 'COLLECTOR' },
    watched: true,
    to: 'throughline, nothing recorded',
  },
  'by hand': { program: ['bench/servers/full/limit.mjs'], to: 'by hand' },
  'by hand with OpenTelemetry’s Node SDK': {
    program: ['bench/servers/full/otel.mjs'],
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'COLLECTOR', OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.01' },
    to: 'by hand',
  },
}

/** What it costs to be seen. */
export async function run(): Promise<void> {
  requireWrk()
  const folder = mkdtempSync(join(tmpdir(), 'throughline-observability-'))
  const script = join(folder, 'post.lua')
  writeFileSync(script, toScript())
  const collector = createServer((request, response) => request.resume().once('end', () => response.end('{}')))
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve))
  const sink = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`
  const names = Object.keys(variants)
  const memory = new Map(names.map((name) => [name, [] as number[]]))
  let watchers: (() => void)[] = []
  let folders = 0
  const measured = await race(names, {
    processes: 3,
    rounds: 7,
    start(name) {
      const { program, env = {} } = variants[name]!
      return startServer(program, { ...common(join(folder, String(folders++))), ...withSink(env, sink) })
    },
    load: ({ url }) => ({ url: `${url}/orders`, seconds: 1, script }),
    before(servers) {
      watchers = names.filter((name) => variants[name]!.watched).map((name) => watch(servers[name]!.url))
    },
    after(servers) {
      for (const name of names) memory.get(name)!.push(servers[name]!.rss())
      for (const stop of watchers) stop()
    },
  })
  collector.closeAllConnections()
  collector.close()
  rmSync(folder, { recursive: true })
  keep('observability', {
    order: 1.7,
    title: 'What it costs to be seen',
    method:
      'The POST of the whole production chain, with nothing recorded, as it comes, and with the console’s live view open, a scrape a second and export of traces and metrics by OTLP, and of logs as well; beside it the server written by hand, alone and with OpenTelemetry’s Node SDK and its HTTP instrumentation sampling one trace in a hundred. Ratios are to the one that records nothing.',
    columns: ['server', 'requests/s, median', 'ratio', 'CPU µs a request, lowest', 'ratio, less is better', 'MB more', 'goal'],
    rows: names.map((name) => {
      const { to } = variants[name]!
      const more = (spread(memory.get(name)!).median - spread(memory.get(to)!).median).toFixed(0)
      return [name, ...toCells(measured[name]!, measured[to]!), more, variants[name]!.goal ?? '']
    }),
  })
}

function common(dataDir: string): Record<string, string> {
  return { NODE_ENV: 'production', PORT: '0', LOG_FILE: '/dev/null', BENCH_SECRET: secret, BENCH_ORIGIN: origin, DATA_DIR: dataDir }
}

function withSink(env: Readonly<Record<string, string>>, sink: string): Record<string, string> {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value === 'COLLECTOR' ? sink : value]))
}

/** Somebody with the console open, and a Prometheus. */
function watch(url: string): () => void {
  const end = new AbortController()
  const headers = { authorization: `Bearer ${consoleToken}` }
  const live = async () => {
    const { body } = await fetch(`${url}/console/api/operations/live`, { headers, signal: end.signal })
    for await (const _ of body!);
  }
  const gone = (error: unknown) => {
    if (!end.signal.aborted) throw error
  }
  live().catch(gone)
  const scrape = setInterval(
    () =>
      void fetch(`${url}/metrics`, { signal: end.signal })
        .then((response) => response.text())
        .catch(gone),
    1_000,
  )
  return () => {
    clearInterval(scrape)
    end.abort()
  }
}
