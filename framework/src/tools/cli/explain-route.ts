import { METHODS } from 'node:http'
import { relative } from 'node:path'
import type { Inspection } from '../../app.ts'
import type { Step } from '../../http/stage.ts'
import { AppError, BootError } from '../../std/errors.ts'
import type { Answer } from './command.ts'

export interface Asked {
  /** `GET /orders/42?full=1` */
  readonly request: string
  /** `Name: value` each, for routes that depend on them. */
  readonly headers: readonly string[]
  readonly cwd: string
}

/** Which route a request finds, and the chain that it would run: the steps up to the handler, those on the way back, and what is done at the end. */
export function explainRoute({ find }: Pick<Inspection, 'find'>, { request, headers, cwd }: Asked): Answer {
  const { method, path } = parseRequest(request)
  let found: ReturnType<typeof find>
  try {
    found = find(method, path, Object.fromEntries(headers.map(parseHeader)))
  } catch (error) {
    // What a request of a retired version, or with a malformed path, is told.
    if (!(error instanceof AppError)) throw error
    return refusal(error.status, `${error.message} (${error.code})`)
  }
  if (found.kind === 'none') return refusal(404, `No route takes ${path}.`)
  if (found.kind === 'other-methods') return refusal(405, `${path} takes ${found.allowed.join(', ')}, and not ${method}.`)
  if (found.kind === 'moved') return refusal(308, `${path} leads to ${found.path}.`)
  const { label, route, steps } = found.target
  const chain = chainOf(steps)
  const source = relative(cwd, route.source)
  return {
    json: { request: `${method} ${path}`, route: label, name: route.name, source, params: found.params, chain },
    text: (paint) => {
      const params = Object.entries(found.params).map(([name, value]) => `${name} = ${value}`)
      const head = `${paint('bold', `${method} ${path}`)}  finds ${paint('bold', label)}  ${route.name}  ${paint('dim', source)}`
      const width = String(chain.length).length
      const line = ({ when, label: step }: Link, index: number) => {
        const isFirst = chain[index - 1]?.when !== when
        return `${isFirst ? `\n${paint('dim', headings[when])}\n` : ''}  ${paint('dim', String(index + 1).padStart(width))}  ${step}`
      }
      return [head, ...(params.length === 0 ? [] : [`with ${params.join(', ')}`]), ...chain.map(line)].join('\n')
    },
  }
}

interface Link {
  readonly when: keyof typeof headings
  readonly stage: string
  readonly label: string
}

const headings = { in: 'On the way in', out: 'On the way out', end: 'When the last byte is handed over' } as const

/** A step may stand in it more than once: what it does before your code, to the answer, and at the end are three things. */
function chainOf(steps: readonly Step[]): Link[] {
  const backwards = steps.toReversed()
  const link =
    (when: Link['when']) =>
    ({ stage, label }: Step): Link => ({ when, stage, label })
  return [
    ...steps.filter(({ enter }) => enter !== undefined).map(link('in')),
    ...backwards.filter(({ leave }) => leave !== undefined).map(link('out')),
    ...backwards.filter(({ done }) => done !== undefined).map(link('end')),
  ]
}

function refusal(status: number, reason: string): Answer {
  return { json: { status, reason }, exitCode: 1, text: (paint) => `${paint('red', String(status))}  ${reason}` }
}

function parseRequest(text: string): { method: string; path: string } {
  const [method = '', target = '', ...rest] = text.split(/\s+/)
  if (!METHODS.includes(method) || !target.startsWith('/') || rest.length > 0)
    throw new BootError('usage-wrong', `${JSON.stringify(text)} is no request.`, {
      fix: 'Write a method and a path: --explain GET /api/v1/orders/42',
    })
  return { method, path: target.split('?')[0]! }
}

function parseHeader(line: string): [string, string] {
  const colon = line.indexOf(':')
  if (colon < 1) throw new BootError('usage-wrong', `--header ${line}: that is no header.`, { fix: 'Write it as "Name: value".' })
  return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]
}
