import { AppError } from '../../std/errors.ts'
import { errorTable } from '../../std/error-table.ts'

// The texts are public: no address that a name resolved to may be in them, or a stranger could map our network. It is in `cause`, for the log.

/** The URL leads to where strangers must not send us. */
export function addressRefused(detail: string, cause?: unknown): AppError {
  return outboundError('address-refused', detail, cause)
}

/** What we asked could not be reached, broke off, or answered more than we take. */
export function upstreamFailed(detail: string, cause?: unknown): AppError {
  return outboundError('upstream-failed', detail, cause)
}

export function upstreamTimeout(detail: string): AppError {
  return outboundError('upstream-timeout', detail)
}

// Nothing was sent yet when these came.
const unreached: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** Whether the request was never sent. */
export function isUnreached(error: unknown): boolean {
  return error instanceof TypeError && unreached.has((error.cause as { code?: unknown } | undefined)?.code)
}

function outboundError(code: 'address-refused' | 'upstream-failed' | 'upstream-timeout', detail: string, cause?: unknown): AppError {
  const { status, title } = errorTable[code]
  return new AppError({ code, status, title, detail, cause })
}
