import { AppError } from '../../std/errors.ts'
import { errorTable } from '../../std/error-table.ts'

// The texts are public: no path, no argument and no output of a program may be in them. Those are in `cause`, for the log.

export function pathRefused(): AppError {
  const { status, title } = errorTable['path-refused']
  return new AppError({ code: 'path-refused', status, title, detail: 'The path must name something inside of its folder, relative to it.' })
}

/** It could not be started, ended otherwise than it should, or wrote more than we take. */
export function programFailed(detail: string, cause?: unknown): AppError {
  const { status, title } = errorTable['program-failed']
  return new AppError({ code: 'program-failed', status, title, detail, cause })
}

export function programTimeout(ms: number): AppError {
  const { status, title } = errorTable['program-timeout']
  return new AppError({ code: 'program-timeout', status, title, detail: `A program that this service runs was not done within ${ms} ms.` })
}
