import { join } from 'node:path'
import type { ServerTree } from './application.ts'
import type { ValuesOf } from './system/config/index.ts'
import { ErrorGroups, type ErrorGroupsOptions } from './system/errors/index.ts'
import type { Recorder } from './system/trace/index.ts'

type ErrorSettings = Pick<ValuesOf<ServerTree>, 'mode' | 'dataDir'>

/** What failed, in groups, kept in the data folder. Tests fail on purpose, and leave nothing behind. */
export function openErrors({ mode, dataDir }: ErrorSettings, recorder: Recorder, needs: Omit<ErrorGroupsOptions, 'path'>): ErrorGroups {
  const errors = new ErrorGroups({ ...needs, path: mode === 'test' ? undefined : join(dataDir, 'telemetry', 'errors.json') })
  recorder.listen((operation) => errors.add(operation))
  return errors
}
