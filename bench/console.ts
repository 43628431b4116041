import { existsSync } from 'node:fs'
import { chromium, type Browser } from 'playwright-core'
import { cost, requireWrk, toCells } from './lib/load.ts'
import { startServer, type Server } from './lib/process.ts'
import { keep } from './lib/report.ts'
import { alternate, show, spread } from './lib/rounds.ts'

const program = ['-C', '@throughline/source', 'bench/servers/throughline-get.ts']
const development = { NODE_ENV: 'development', PORT: '0', LOG_LEVEL: 'silent', LOAD_SHEDDING: 'false' }

/** What the console costs the one who looks, and the application that is looked at. */
export async function run(): Promise<void> {
  requireWrk()
  await paint()
  await live()
}

async function paint(): Promise<void> {
  const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
  if (!existsSync(executablePath)) throw new Error('This benchmark needs Chromium (apt-get install chromium), or its path in CHROMIUM.')
  const server = await startServer(program, development)
  for (let i = 0; i < 200; i++) await (await fetch(`${server.url}/users/${i}`)).text()
  const flags = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync']
  const browser = await chromium.launch({ executablePath, args: flags })
  const times: number[] = []
  let bytes = 0
  for (let i = -1; i < 9; i++) {
    const visit = await firstPaint(browser, `${server.url}/console`)
    if (i >= 0) times.push(visit.ms)
    bytes = visit.bytes
  }
  await browser.close()
  await server.stop()
  keep('console', {
    order: 8,
    title: 'The console’s first paint',
    method:
      'Chromium without a cache opens `/console` of an application with 200 recorded requests, nine times, browser and server on the same two cores: from the navigation to the first contentful paint.',
    columns: ['', 'median (lowest–highest)', 'goal'],
    rows: [
      ['first contentful paint, ms', show(spread(times), 0), '< 1,000'],
      ['transferred, KB', (bytes / 1000).toFixed(0), ''],
    ],
  })
}

async function firstPaint(browser: Browser, url: string): Promise<{ ms: number; bytes: number }> {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(url)
  await page.waitForSelector('main')
  const seen = await page.evaluate(() => ({
    ms: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN,
    bytes: performance.getEntriesByType('resource').reduce((sum, entry) => sum + (entry as PerformanceResourceTiming).transferSize, 0),
  }))
  await context.close()
  if (Number.isNaN(seen.ms)) throw new Error('Chromium painted nothing.')
  return seen
}

async function live(): Promise<void> {
  const servers = {
    'nobody looks': await startServer(program, development),
    'a live view is open': await startServer(program, development),
  }
  const names = ['nobody looks', 'a live view is open'] as const
  const leave = new AbortController()
  const seen = watch(servers['a live view is open'], leave.signal)
  const results = await alternate(names, 15, (name) => cost(servers[name], { url: `${servers[name].url}/users/42`, seconds: 1 }))
  leave.abort()
  const rows = await seen
  for (const name of names) await servers[name].stop()
  if (rows === 0) throw new Error('The live view showed nothing.')
  keep('console-live', {
    order: 8.1,
    title: 'A live view of a busy application',
    method:
      '`GET /users/42` in development, where every request is recorded in every detail, with and without somebody who watches all of it live; 64 connections, server on one core, wrk and the watcher on the other.',
    columns: ['', 'requests/s, median', 'ratio, goal ≥ 0.95', 'CPU µs a request, lowest', 'ratio, less is better'],
    rows: names.map((name) => [name, ...toCells(results[name], results['nobody looks'])]),
    chart: { values: [1] },
  })
}

/** Reads the events until it is told to leave. Resolves to how many rows they had. */
async function watch(server: Server, signal: AbortSignal): Promise<number> {
  let rows = 0
  try {
    const response = await fetch(`${server.url}/console/api/operations/live`, { signal })
    for await (const text of response.body!.pipeThrough(new TextDecoderStream())) rows += text.split('"traceId"').length - 1
  } catch (error) {
    if (!signal.aborted) throw error
  }
  return rows
}
