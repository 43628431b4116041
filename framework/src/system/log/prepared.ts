import { symbols, type Logger } from 'pino'
import type { LogSubject, PreparedLine } from '../../std/log.ts'
import { isSecretName } from '../../std/redact.ts'
import type { Redaction } from '../../std/redaction.ts'
import type { Destination } from './stdout.ts'

interface Needs {
  lines: Logger
  redaction: Redaction
  destination: Destination
  timestamp: () => string
  /** Whether a line about it is to be written; whoever counts lines is told. */
  admits: (of: LogSubject) => boolean
}

/** Lines as pino writes them at `info`, without its look at each member. */
export function preparedLine(
  event: string,
  names: readonly string[],
  { lines, redaction, destination, timestamp, admits }: Needs,
): PreparedLine {
  const bound: string = Reflect.get(lines, symbols.chindingsSym)
  const end = `,"msg":${JSON.stringify(event)}}\n`
  let judged = -1
  let hides = false
  return (members, of) => {
    if (judged !== redaction.version) {
      judged = redaction.version
      hides = names.some((name) => isSecretName(name, redaction))
    }
    if (hides) return false
    if (admits(of)) destination.write(`{"level":"info"${timestamp()}${bound},${members}${end}`)
    return true
  }
}
