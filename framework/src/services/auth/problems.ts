import { errorTable } from '../../std/error-table.ts'
import { AppError } from '../../std/errors.ts'

// RFC 9110 wants a challenge on every 401, RFC 6750 names the error in it.
const headers = { 'www-authenticate': 'Bearer error="invalid_token"' }

export function unauthenticated(detail: string): AppError {
  const { status, title } = errorTable.unauthenticated
  return new AppError({ code: 'unauthenticated', status, title, detail, headers })
}

export function tokenReused(): AppError {
  const { status, title } = errorTable['token-reused']
  return new AppError({
    code: 'token-reused',
    status,
    title,
    detail: 'This refresh token has been used before, so its session has been ended. Log in again.',
    headers,
  })
}

export function overloaded(detail: string, retryAfter: number): AppError {
  const { status, title } = errorTable.overloaded
  return new AppError({ code: 'overloaded', status, title, detail, headers: { 'retry-after': String(retryAfter) } })
}
