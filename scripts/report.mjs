// How a test run looks: one line a file, and everything there is to know about what failed. `test.mjs` reads the counts from descriptor 3.
import { fstatSync, writeSync } from 'node:fs'
import { relative } from 'node:path'
import { inspect, styleText } from 'node:util'

// oxlint-disable-next-line import/no-default-export -- node:test asks for it
export default async function* report(events) {
  const started = performance.now()
  const files = new Map()
  let skippedSuites = 0
  for await (const { type, data } of events) {
    if (type === 'test:stdout' || type === 'test:stderr') fileOf(files, data).output.push(data.message)
    else if (type === 'test:pass' || type === 'test:fail') {
      note(files, data, type === 'test:fail')
      if (data.details.type === 'suite' && data.skip !== undefined) skippedSuites += 1
    } else if (type === 'test:summary' && data.file !== undefined) yield* describeFile(files, data.entryFile ?? data.file)
    else if (type === 'test:summary') {
      for (const path of files.keys()) yield* describeFile(files, path)
      const seconds = ((performance.now() - started) / 1000).toFixed(1)
      yield `${process.env.TEST_KIND ?? 'all'}: ${data.counts.passed} passed, ${data.counts.failed + data.counts.cancelled} failed, in ${seconds} s\n\n`
      tell({ ...data.counts, skipped: data.counts.skipped + skippedSuites })
      exitSoon()
    }
  }
}

/** A suite that several files share is reported under the file that was run. */
function fileOf(files, { file, entryFile }) {
  const path = entryFile ?? file
  if (!files.has(path)) files.set(path, { tests: 0, ms: 0, output: [], failures: [], skipped: [] })
  return files.get(path)
}

function note(files, data, failed) {
  if (data.file === undefined) return
  const file = fileOf(files, data)
  const { details, name, skip, todo } = data
  const isFile = name === data.file
  if (failed && todo === undefined && details.error?.failureType !== 'subtestsFailed') file.failures.push(data)
  if (isFile) return
  // Of a suite that is skipped, node:test tells nothing but that.
  if (skip !== undefined) file.skipped.push(typeof skip === 'string' ? `${name} (${skip})` : name)
  if (details.type === 'suite') return
  file.tests += 1
  file.ms += details.duration_ms
}

function* describeFile(files, path) {
  const file = files.get(path)
  if (file === undefined) return
  files.delete(path)
  const ok = file.failures.length === 0
  yield `${paint(ok ? 'green' : 'red', ok ? '✔' : '✖')} ${relative(process.cwd(), path)} ${paint('dim', `${file.tests} tests, ${Math.round(file.ms)} ms`)}\n`
  for (const skipped of file.skipped) yield `  ﹣ skipped: ${skipped}\n`
  for (const { name, line, column, details } of file.failures) {
    const error = details.error?.cause ?? details.error
    yield `\n  ${paint('red', `✖ ${name}`)}\n    at ${relative(process.cwd(), path)}:${line}:${column}\n`
    // The message of an assertion already shows what inspect() would repeat.
    const text = typeof error === 'string' ? error : error?.code === 'ERR_ASSERTION' ? error.stack : inspect(error, { depth: 6 })
    yield `${indent(text)}\n\n`
  }
  if (!ok && file.output.length > 0) yield `  it printed:\n${indent(file.output.join(''))}\n`
}

function indent(text) {
  return text
    .trimEnd()
    .split('\n')
    .filter((line) => !/^\s*at .*\(?node:internal\//.test(line))
    .map((line) => `    ${line}`)
    .join('\n')
}

function paint(style, text) {
  return styleText(style, text, { stream: process.stdout })
}

function tell(counts) {
  try {
    if (fstatSync(3).isFIFO() || fstatSync(3).isSocket()) writeSync(3, JSON.stringify(counts))
  } catch {
    // Run by hand: nobody is listening.
  }
}

/** A unit test that leaves a timer, socket or worker behind would keep this process, which all of them share, alive for ever. */
function exitSoon() {
  setTimeout(() => {
    console.error(`A test left something open: ${process.getActiveResourcesInfo().join(', ')}. Close it in an after() hook.`)
    process.exit(1)
  }, 3_000).unref()
}
