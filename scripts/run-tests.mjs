import { spawn } from 'node:child_process'
import { resolve as resolvePath } from 'node:path'
import { fileURLToPath } from 'node:url'

const reporter = fileURLToPath(new URL('report.mjs', import.meta.url))
const nothing = { tests: 0, suites: 0, passed: 0, failed: 0, cancelled: 0, skipped: 0, todo: 0 }

/** Resolves to the counts of one run. A run that ends without telling them (a crash, a stray process.exit) counts as one failure. */
export function runTests({ kind, files, flags, env = {} }) {
  const args = [
    '-C',
    '@throughline/source',
    '--disable-warning=ExperimentalWarning',
    '--test',
    ...flags,
    `--test-reporter=${reporter}`,
    ...files,
  ]
  const runner = spawn(process.execPath, args, {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
    // The many processes that tests start share what is compiled: a tenth of all the time.
    env: { NODE_COMPILE_CACHE: resolvePath('.cache/node'), ...process.env, NODE_ENV: 'test', TEST_KIND: kind, ...env },
  })
  let told = ''
  runner.stdio[3].on('data', (chunk) => (told += chunk))
  const forward = (signal) => runner.kill(signal)
  process.on('SIGINT', forward).on('SIGTERM', forward)
  return new Promise((resolve) => {
    runner.on('close', (code, signal) => {
      process.off('SIGINT', forward).off('SIGTERM', forward)
      const counts = told ? JSON.parse(told) : { ...nothing }
      if (code !== 0 && counts.failed + counts.cancelled === 0) {
        console.error(`The ${kind} tests ended with ${signal ?? `status ${code}`}, although none of them failed.`)
        counts.tests += 1
        counts.failed += 1
      }
      resolve(counts)
    })
  })
}

/** Prints the counts of all runs as node:test prints its own, and sets the exit status. */
export function conclude(runs, started) {
  for (const [name, label] of Object.entries({ ...nothing, passed: 'pass', failed: 'fail' })) {
    console.log(`ℹ ${label || name} ${runs.reduce((sum, counts) => sum + counts[name], 0)}`)
  }
  console.log(`ℹ duration_ms ${Math.round(performance.now() - started)}`)
  const ran = runs.some(({ tests, skipped }) => tests + skipped > 0)
  if (!ran) console.error('No test ran: no test file has such a path.')
  if (!ran || runs.some(({ failed, cancelled }) => failed + cancelled > 0)) process.exitCode = 1
}
