import { parseTraceOptions, traceFlags } from '../../trace/options.ts'
import { toJson, toText } from '../../trace/report.ts'
import { runTrace } from '../../trace/run.ts'
import type { Command } from '../command.ts'

export const trace: Command = {
  usage: 'trace URL',
  summary: 'Show where the time of a request goes: names, connection, TLS, the way there, every step of the server, the answer',
  flags: traceFlags,
  async run(invocation) {
    const options = parseTraceOptions(invocation)
    const traced = await runTrace(options)
    const failure = traced.find(({ attempt }) => attempt.failure !== undefined)?.attempt.failure
    return {
      json: toJson(options.outgoing, traced),
      text: (paint, columns) => toText(options.outgoing, traced, { paint, columns }),
      ...(failure !== undefined && { exitCode: failure.exitCode }),
    }
  },
}
