import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import type { Clock } from '../../std/clock.ts'
import { maskUrls } from '../../std/mask-urls.ts'

const kept = 5
// Named one by one: what a later Node adds may be anything.
const shownOfHeader = [
  'event',
  'trigger',
  'dumpEventTime',
  'processId',
  'nodejsVersion',
  'arch',
  'platform',
  'osRelease',
  'componentVersions',
  'cpus',
]
const shownOfReport = ['javascriptHeap', 'nativeStack', 'resourceUsage', 'uvthreadResourceUsage', 'userLimits']
const name = /^crash-(\d+)-\d+\.json$/

/**
 * What a process leaves behind when it dies of a bug: where it was, its heap, its handles, as Node's diagnostic report has it,
 * without the environment, the arguments and the addresses it talked to. The newest five stay, readable by the owner alone.
 *
 * Running out of memory leaves one as well, which Node writes itself: see `watchMemory()`.
 */
export class CrashReports {
  readonly #folder: string
  readonly #clock: Clock

  constructor(folder: string, clock: Clock) {
    this.#folder = folder
    this.#clock = clock
  }

  /**
   * Has Node leave a report when it runs out of memory, where no code of ours runs any more. Returns whether it will: only under
   * `node --report-exclude-env`, for without that flag such a report has the whole environment in it, whatever a program sets.
   */
  watchMemory(): boolean {
    const report: ProcessReport = process.report
    if (!report.excludeEnv) return false
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    report.directory = this.#folder
    report.excludeNetwork = true
    report.reportOnFatalError = true
    return true
  }

  /** Returns the path of the report. Throws when it cannot be written. */
  write(error: unknown): string {
    const report: ProcessReport = process.report
    // Or it would ask name servers for every address, and wait.
    report.excludeNetwork = true
    const thrown = error instanceof Error ? error : new Error('Something that is not an error was thrown.')
    const full = report.getReport(thrown) as Report
    const { message, stack } = full.javascriptStack
    const shown = {
      header: pick(full.header, shownOfHeader),
      javascriptStack: { message, stack },
      ...pick(full, shownOfReport),
      handles: process.getActiveResourcesInfo(),
    }
    const path = join(this.#folder, `crash-${this.#clock.now().getTime()}-${process.pid}.json`)
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    for (const old of this.#written().slice(kept - 1)) rmSync(join(this.#folder, old.file), { force: true })
    writeFileSync(path, maskUrls(JSON.stringify(shown, null, 1)), { mode: 0o600 })
    return path
  }

  /** How often it crashed in the last `ms` milliseconds: a supervisor that starts it again and again hides that. */
  recent(ms: number): number {
    const since = this.#clock.now().getTime() - ms
    return this.#written().filter(({ at }) => at >= since).length
  }

  #written(): { file: string; at: number }[] {
    let files: string[]
    try {
      files = readdirSync(this.#folder)
    } catch {
      return [] // Nothing has crashed here yet.
    }
    return files
      .map((file) => ({ file, at: Number(name.exec(file)?.[1]) }))
      .filter(({ at }) => at > 0)
      .sort((a, b) => b.at - a.at)
  }
}

/** As Node 22 and newer have it; the types do not know it yet. */
type ProcessReport = typeof process.report & { excludeNetwork?: boolean }

interface Report extends Record<string, unknown> {
  header: Record<string, unknown>
  /** `errorProperties` are left out: libraries hang requests on their errors, with headers. */
  javascriptStack: { message: string; stack: string[] }
}

function pick(from: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.filter((one) => one in from).map((one) => [one, from[one]]))
}
