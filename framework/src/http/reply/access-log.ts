import { AppError } from '../../std/errors.ts'
import type { Exchange } from '../exchange.ts'
import type { Stage } from '../stage.ts'

const names = ['requestId', 'method', 'route', 'status', 'bytes', 'ms', 'traceId', 'spanId']

/** One line a request, when its last byte was handed over: info for what went well, warn for refusals, error with the cause for failures. */
export const accessLog: Stage = {
  name: 'access-log',
  compile({ endpoint }, { log }) {
    const prepared = log.prepare?.('request', names)
    let usual: string | undefined
    return {
      stage: 'access-log',
      label: 'access-log',
      done(c) {
        const ms = Math.round(c.elapsed * 1000) / 1000
        // What went as it usually does is known to hold nothing that must be hidden or escaped: the id was drawn here, the rest is ours.
        if (prepared !== undefined && c.minted && c.status < 400 && c.failure === undefined && c.request.method === endpoint.method) {
          usual ??= `","method":"${endpoint.method}","route":${JSON.stringify(c.route)},"status":`
          const { traceId } = c.trace
          if (
            prepared(
              `"requestId":"${c.id}${usual}${c.status},"bytes":${c.bytes},"ms":${ms},"traceId":"${traceId}","spanId":"${c.spanId}"`,
              c,
            )
          )
            return
        }
        write(c, ms)
      },
    }
  },
}

function write(c: Exchange, ms: number): void {
  const { log } = c.site
  const fields = { requestId: c.id, method: c.request.method, route: c.route, status: c.status, bytes: c.bytes, ms }
  // An answer that broke off behind its status line is a failure, whatever that line said.
  if (c.status < 400 && c.failure === undefined) log.info('request', fields, c)
  else if (c.status >= 400 && c.status < 500)
    log.warn('request', c.failure instanceof AppError ? { ...fields, code: c.failure.code } : fields, c)
  // Where the time went: a deadline that passed says nothing without it.
  else log.error('request', { ...fields, ...(c.status > 502 && c.waiting && { step: c.waiting.stage }), error: c.failure }, c)
}
