import type { Pipeline } from '../../http/stage.ts'
import { BootError } from '../../std/errors.ts'
import { suggestion } from '../../system/config/suggest.ts'

/** Endpoints by name, path, or `POST /path`. Throws a `BootError` with the nearest name when there is none. */
export function findRoutes(pipelines: readonly Pipeline[], wanted: string): Pipeline[] {
  if (wanted === '')
    throw new BootError('usage-wrong', 'Which endpoint?', { fix: '`throughline routes` lists them: give a name, a path, or "POST /path".' })
  const names = (one: Pipeline) => [one.route.name, one.label, one.label.slice(one.label.indexOf(' ') + 1)]
  const found = pipelines.filter((one) => names(one).some((name) => name.toLowerCase() === wanted.toLowerCase()))
  if (found.length > 0) return found
  const close = suggestion(wanted, pipelines.flatMap(names))
  throw new BootError('usage-wrong', `There is no endpoint ${wanted}.${close}`, { fix: '`throughline routes` lists them.' })
}
