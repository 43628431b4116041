import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Clock } from '../../std/clock.ts'
import { BootError } from '../../std/errors.ts'
import { OldLogs } from './old-logs.ts'
import type { Destination } from './stdout.ts'
import { turnByTurn } from './turn-by-turn.ts'

export interface LogFileOptions {
  /** Written by this process alone: two that rotate one file lose lines. */
  path: string
  /** A file that would grow beyond this many bytes is put away, and so is one of another day (UTC). Default 100 MiB. */
  maxBytes?: number
  /** How many bytes of files that were put away are kept. Default 1 GiB. */
  keepBytes?: number
  /** For how many milliseconds they are kept. Default 14 days. */
  keepMs?: number
}

export interface LogFile extends Destination {
  reopen(): void
  /** What is still being compressed or removed. */
  settled(): Promise<void>
}

const mib = 1_024 * 1_024
const day = 86_400_000

/** Lines to a file that never grows for ever: put away by size and day, compressed, and kept for a while. Opened with its first line. */
export function openLogFile(options: LogFileOptions, { clock, onLost }: { clock: Clock; onLost: (lines: number) => void }): LogFile {
  const { path, maxBytes = 100 * mib, keepBytes = 1_024 * mib, keepMs = 14 * day } = options
  const old = new OldLogs({ path, keepBytes, keepMs, clock })
  let file: OpenFile | undefined
  let lost = 0

  const put = (text: string): void => {
    if (text === '') return
    try {
      file ??= opened(path, old)
      const bytes = Buffer.from(file.torn ? `\n${text}` : text)
      const today = dayOf(clock.now().getTime())
      if (file.isRegular && file.size > 0 && (file.size + bytes.length > maxBytes || file.day !== today))
        file = putAway(file, { path, old })
      file.day = today
      append(file, bytes)
    } catch {
      // The disk is full, or the folder is gone: the work that these lines tell of goes on, and the next line that can be written says what is missing.
      lost += text.split('\n').length - 1
      return
    }
    if (lost > 0) {
      const count = lost
      lost = 0
      onLost(count)
    }
  }
  const { write, flush } = turnByTurn(put)
  return {
    write,
    flush: () => flush(),
    reopen() {
      flush()
      const before = file
      file = openedOrRefused(path, old)
      if (before !== undefined) closeSync(before.fd)
    },
    settled: () => old.settled,
  }
}

interface OpenFile {
  readonly fd: number
  /** Devices and pipes, such as /dev/stdout, stay where they are. */
  readonly isRegular: boolean
  /** Its last line has no end: the disk was full. */
  torn: boolean
  size: number
  day: number
}

function opened(path: string, old: OldLogs): OpenFile {
  mkdirSync(dirname(path), { recursive: true })
  const fd = openSync(path, 'a', 0o640)
  const stats = fstatSync(fd)
  const isRegular = stats.isFile()
  if (isRegular) old.tidy()
  return { fd, isRegular, size: stats.size, day: dayOf(stats.mtimeMs), torn: false }
}

function openedOrRefused(path: string, old: OldLogs): OpenFile {
  try {
    return opened(path, old)
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'an unknown reason'
    throw new BootError('config-invalid', `The log file ${path} cannot be opened: ${reason}.`, {
      fix: 'Set LOG_FILE to a file in a folder that this process may write to, or take it away: then the log goes to stdout.',
      cause,
    })
  }
}

/** A new file in place of this one; this one, where that cannot be: too long a log is better than none. */
function putAway(file: OpenFile, { path, old }: { path: string; old: OldLogs }): OpenFile {
  const name = old.nameNow()
  try {
    renameSync(path, name)
  } catch {
    return file
  }
  try {
    const next = opened(path, old)
    closeSync(file.fd)
    return next
  } catch {
    renameSync(name, path)
    return file
  }
}

function append(file: OpenFile, bytes: Uint8Array): void {
  let offset = 0
  file.torn = true
  while (offset < bytes.length) {
    const written = writeSync(file.fd, bytes, offset)
    offset += written
    file.size += written
  }
  file.torn = false
}

function dayOf(ms: number): number {
  return Math.floor(ms / day)
}
