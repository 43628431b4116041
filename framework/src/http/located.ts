import { BootError } from '../std/errors.ts'
import type { Route } from './stage.ts'

/** Runs `work` on a route at boot; a `BootError` that it throws says where the route is implemented. */
export function located<Value>(route: Route, work: () => Value): Value {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof BootError) || error.message.includes(route.source)) throw error
    const { endpoint, prefix, source } = route
    const place = `${endpoint.method} ${prefix}${endpoint.path} is implemented at ${source}`
    throw new BootError(error.code, `${error.message}\n  ${place}`, { fix: error.fix, cause: error })
  }
}
