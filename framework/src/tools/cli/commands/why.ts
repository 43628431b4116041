import type { Attributed, CausePart } from '../../../contract/trace/attribution.ts'
import { percent, sayCause, sayPool, sayWhy, type Why } from '../../../contract/trace/why.ts'
import { BootError } from '../../../std/errors.ts'
import { suggestion } from '../../../system/config/suggest.ts'
import { askConsoleApi, consoleFlags, withConsole, type Asking } from '../ask-application.ts'
import type { Command } from '../command.ts'
import { visible, type Paint } from '../terminal.ts'

export const why: Command = {
  usage: 'why ROUTE',
  summary: 'Say where the time of a route goes, of a running application: the pool, statements, other services, garbage, steps, your code',
  flags: consoleFlags,
  run(invocation) {
    // With or without quotes around method and path.
    const route = invocation.words.join(' ')
    if (route === '')
      throw new BootError('usage-wrong', 'Why is which route slow?', {
        fix: 'Give it as `throughline routes` shows it: throughline why "POST /api/v1/orders", or the name of its endpoint.',
      })
    return withConsole(invocation, async (asking) => {
      const { status, view } = await askConsoleApi(asking, `/why?route=${encodeURIComponent(route)}`)
      if (status !== 200) throw new BootError('record-missing', `There is no route ${route}.${await closest(asking, route)}`, { fix })
      if (!isWhy(view)) throw new BootError('answer-broken', `${asking.url.origin} answered with something else.`)
      return { json: view, text: (paint) => toText(view, paint) }
    })
  },
}

const fix = '`throughline routes` lists them; the running application may be an older one.'

async function closest(asking: Asking, route: string): Promise<string> {
  const { view } = await askConsoleApi(asking, '/routes')
  const routes = (Array.isArray(view['routes']) ? view['routes'] : []) as { method: string; path: string; name: string }[]
  return suggestion(
    route,
    routes.flatMap(({ method, path, name }) => [`${method} ${path}`, name]),
  )
}

/** Whoever answers there may be anybody. */
function isWhy(view: Readonly<Record<string, unknown>>): view is Readonly<Record<string, unknown>> & Why {
  const { route, attribution, sentences } = view
  return typeof route === 'string' && Array.isArray(sentences) && (attribution === undefined || typeof attribution === 'object')
}

function toText(view: Why, paint: Paint): string {
  const { route, attribution, pool } = view
  if (attribution === undefined) return visible(sayWhy(view).join('\n'))
  const { requests, detailed, median, slowest } = attribution
  const steps = detailed === requests ? 'each with its steps' : `${detailed} of them with their steps`
  const head = `${paint('bold', visible(route))}  ${paint('dim', `${requests} recorded, ${steps}`)}`
  const parts = [section('A usual request', median, { paint, pool })]
  if (requests > 1) parts.push(section('The slowest tenth', slowest, { paint, pool }))
  return [head, ...parts, ...(pool === undefined ? [] : [sayPool(attribution, pool)])].join('\n\n')
}

function section(title: string, part: Attributed, { paint, pool }: { paint: Paint; pool: Why['pool'] }): string {
  const rows = part.causes
    .filter(({ share }) => share >= 0.005)
    .flatMap((cause) => [
      `${percent(cause.share).padStart(6)}  ${cause.ms.toFixed(1).padStart(8)} ms  ${visible(sayCause(cause, pool))}`,
      ...cause.parts.map((one) => paint('dim', partLine(one))),
    ])
  return [`${title}: ${part.ms.toFixed(1)} ms`, ...rows].join('\n')
}

function partLine({ share, ms, what, times }: CausePart): string {
  const often = times > 1 ? `${Math.round(times)} × ` : ''
  const text = visible(what.replaceAll(/\s+/g, ' '))
  return `${percent(share).padStart(6)}  ${ms.toFixed(1).padStart(8)} ms    ${often}${text.length > 100 ? `${text.slice(0, 99)}…` : text}`
}
